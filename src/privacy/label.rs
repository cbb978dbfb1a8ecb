//! The words before a number that say whose it is: 手机, 身份证, 卡号.

use std::ops::Range;

use super::fold::Folded;

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// A telephone, or an account that is a telephone number.
    Phone,
    /// A telephone at somebody's home.
    Home,
    /// An identity card.
    Identity,
    /// A permit, passport or another paper of a person.
    Paper,
    /// A passport.
    Passport,
    /// A bank card.
    Card,
    /// A bank account.
    Account,
    /// A code of an office, a thing or a text.
    Code,
}

impl Label {
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Phone => &[
                "电话",
                "手机",
                "联系",
                "致电",
                "来电",
                "拨打",
                "短信",
                "微信",
                "薇信",
                "v信",
                "同号",
                "支付宝",
                "号码",
                "tel",
                "phone",
                "mobile",
                "call",
                "wx",
                "vx",
                "weixin",
                "wechat",
                "whatsapp",
            ],
            Self::Home => &["家庭电话", "住宅电话", "宅电", "家里电话", "家中电话", "家庭座机", "住宅座机", "家里座机"],
            Self::Identity => &["身份证", "身份号", "身份号码", "居住证", "idcard", "id card", "sfz", "公民身份"],
            Self::Paper => &[
                "通行证",
                "护照",
                "回乡证",
                "台胞证",
                "证件号",
                "证件",
                "港澳居民",
                "港澳证",
                "passport",
                "旅行证",
                "居留证",
                "香港身份",
                "澳门身份",
            ],
            Self::Passport => &["护照", "passport"],
            Self::Card => &["卡号", "银行卡", "借记卡", "信用卡", "储蓄卡", "工资卡", "社保卡"],
            Self::Account => &["账号", "账户", "开户", "存折", "收款", "汇款", "转账", "打款", "银行"],
            Self::Code => &[
                "信用代码",
                "机构代码",
                "注册号",
                "税号",
                "识别号",
                "登记号",
                "准字",
                "文号",
                "型号",
                "规格",
                "条码",
                "条形码",
                "订单",
                "项目编号",
                "项目代码",
                "需求编号",
                "批号",
                "isbn",
                "备案号",
                "许可证",
                "图号",
                "货号",
                "序列号",
                "国标",
            ],
        }
    }
}

/// How far before a number its label may stand, in characters.
const REACH: usize = 16;
/// A number with this many digits ends the words that belong to the next one.
const NUMBER: usize = 3;

/// The words before a mark, in small letters, as far as they may belong to a number that starts there.
pub(super) fn words_before(folded: &Folded, mark: usize, free: usize) -> String {
    let (mut digits, mut words) = (0, Vec::new());
    for at in (free.max(mark.saturating_sub(REACH))..mark).rev() {
        let c = folded.marks[at].c;
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        // What is masked says 手机号 too, but of another number.
        let is_mask = c == ']' && folded.before(at) == Some('去');
        if digits >= NUMBER || matches!(c, '。' | '!' | '?') || is_mask {
            break;
        }
        words.push(c.to_ascii_lowercase());
    }
    words.into_iter().rev().collect()
}

/// True if one of the labels is among the words.
pub(super) fn announces(words: &str, labels: &[Label]) -> bool {
    labels.iter().any(|label| label.words().iter().any(|word| words.contains(word)))
}

/// The Latin letters that touch the start of some marks.
pub(super) fn letters_before<'a>(folded: &'a Folded, marks: &Range<usize>) -> &'a [super::fold::Mark] {
    let before = &folded.marks[..marks.start];
    let letters = before.iter().rev().take(REACH).take_while(|mark| mark.c.is_ascii_alphabetic()).count();
    &before[before.len() - letters..]
}
