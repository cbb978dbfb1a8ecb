//! What names a person without being a bare number: e-mail addresses, accounts after their label, identity cards of Hong Kong.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Personal;
use super::fold::Folded;
use super::number::Found;

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is constant")
}

/// An address, also with (at) for @ and (dot) for a dot.
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?xi)
        [a-z0-9._%+'-]{1,64}
        \s{0,2} (?: @ | [(\[{【] \s? (?:at|@|艾特) \s? [)\]}】] ) \s{0,2}
        (?: [a-z0-9-]{1,63} \s? (?: \. | 。 | 点 | [(\[{【] \s? (?:dot|点|\.) \s? [)\]}】] ) \s? ){1,4}
        [a-z]{2,24}",
    )
});
/// An address in words: name at qq dot com.
static SPELT_EMAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)[a-z0-9._-]{2,64} at (?:[a-z0-9-]{1,63} dot ){1,3}[a-z]{2,24}"));
/// An account: its label, what says that an account follows, the account.
static ACCOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?xi)
        (?P<label> 微\s?信 | 薇信 | 微x | v信 | vx | wx | wechat | weixin | q\s?q | 扣扣 | 企鹅号 | q号 | 支付宝 )
        (?P<says> \s? (?: 号码 | 号 | id | 账号 | 账户 | 同号 )? \s{0,2} (?: [:=] | 是 | 为 | 加 )? ) [\s(]{0,2}
        (?P<account> [a-z] [-_a-z0-9]{5,19} | [1-9] (?: [\ -]? [0-9] ){4,11} )",
    )
});
/// Every label of an account has one of these.
const OF_LABELS: [char; 12] = ['微', '薇', 'v', 'V', 'w', 'W', 'q', 'Q', '扣', '企', '支', '号'];
/// An identity card of Hong Kong: a letter or two, six digits, a check character in brackets.
static HONG_KONG: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)[a-z]{1,2} ?\d{6} ?[(\[{【〔] ?[0-9a] ?[)\]}】〕]"));
/// The Macao card: 1/234567/8 or 1234567(8), and the old permits of Taiwan: 1234567890(A).
static MACAO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(?:澳门[^\d]{0,8}|台胞证[^\d]{0,4}|通行证[^\d]{0,4})(?P<number>[157]/\d{6}/\d|\d{7}\(\d\)|\d{8,10}\([a-z]\))")
});

/// The accounts and addresses of a text, as ascending ranges of marks that do not overlap.
pub(super) fn accounts(folded: &Folded, kinds: &[Kind]) -> Vec<Found> {
    let mut found: Vec<Found> = kinds.iter().flat_map(|kind| kind.read(folded)).collect();
    found.sort_by_key(|it| (it.marks.start, std::cmp::Reverse(it.marks.end)));
    let mut end = 0;
    found.retain(|it| {
        let is_free = it.marks.start >= end;
        if is_free {
            end = it.marks.end;
        }
        is_free
    });
    found
}

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Email,
    Account,
    Card,
}

impl Kind {
    fn read(self, folded: &Folded) -> Vec<Found> {
        let text = folded.text.as_str();
        let found = |range: Range<usize>, kind| Found { marks: folded.marks_of(&range), kind };
        match self {
            Self::Email if text.contains(['@', '(', '[', '{', '【']) || text.contains(" at ") => {
                let all = EMAIL.find_iter(text).chain(SPELT_EMAIL.find_iter(text));
                all.map(|it| found(it.range(), Personal::Email)).collect()
            }
            Self::Account if text.contains(OF_LABELS) => {
                let accounts = ACCOUNT.captures_iter(text).filter_map(|it| account(text, &it));
                accounts.map(|range| found(range, Personal::Account)).collect()
            }
            Self::Card if text.contains(['(', '[', '{', '【', '〔', '/']) => {
                let is_bounded = |range: &Range<usize>| !text[..range.start].ends_with(|c: char| c.is_ascii_alphanumeric());
                let cards = HONG_KONG.find_iter(text).map(|it| it.range()).filter(is_bounded);
                let others = MACAO.captures_iter(text).filter_map(|it| Some(it.name("number")?.range()));
                cards.chain(others).map(|range| found(range, Personal::Identity)).collect()
            }
            Self::Email | Self::Account | Self::Card => Vec::new(),
        }
    }
}

/// The account in a match, unless it is something else: a word, a sum, a count.
fn account(text: &str, found: &Captures<'_>) -> Option<Range<usize>> {
    let (label, says, account) = (found.name("label")?, found.name("says")?, found.name("account")?);
    let is_inside_word = label.as_str().starts_with(|c: char| c.is_ascii_alphabetic())
        && text[..label.start()].ends_with(|c: char| c.is_ascii_alphanumeric());
    let behind = &text[account.end()..];
    let goes_on = behind.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_announced = !says.as_str().trim().is_empty();
    // Codes of things begin with WX and VX too.
    let is_code = !is_announced
        && label.as_str().to_ascii_lowercase().ends_with('x')
        && account.as_str().starts_with(|c: char| c.is_ascii_digit());
    let is_word = !is_announced && !account.as_str().contains(|c: char| c.is_ascii_digit() || c == '_');
    let is_counted = !is_announced && behind.trim_start().starts_with(|c| "元万亿人户名台件套个次条份位".contains(c));
    (!is_inside_word && !goes_on && !is_code && !is_word && !is_counted).then(|| account.range())
}
