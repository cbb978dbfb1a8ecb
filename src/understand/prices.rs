//! Unit prices: `每台3200元`, `单价860`, `180元/张`, `一口6500`, `3万8一台`, `每棒4元`; and which counts they belong to.

use super::find::holds_any;
use super::measures::{class, is_time, measure};
use super::numbers::{Counted, NumberMention, clause_before};
use super::persons::{counts_persons, names_persons};

/// A unit price, and what it is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Price<'a> {
    of: Of<'a>,
    /// 年, 月, 天, 餐 or the like if it is paid again and again.
    pub every: Option<&'static str>,
    /// End of the price, including `/人` and the like.
    pub end: usize,
    /// True for 一个…4万, which is a price only if the text says how many there are.
    pub is_of_one: bool,
}

/// What there is a price or a number of goods for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of<'a> {
    /// Nothing is named: 各2万元.
    Unnamed,
    /// Goods of any kind: 单价. People, households and villages have no price.
    Goods,
    /// Whatever this measure word counts.
    Measured(&'static str),
    /// People, whatever their measure word: 每个孩子.
    Persons,
    /// 个 alone, which may also stand for people: 每个600元.
    AnyPiece,
    /// A noun that counts itself: 每棒4元, 每班3000元.
    Noun(&'a str),
}

/// How far before a price 每 or 单价 may stand, in characters.
const REACH: usize = 12;
/// Words before a price of goods.
const PRICE: [&str; 3] = ["单价", "均价", "售价"];
/// What may stand between 单价 or 每张 and a price without 元.
const LEADS: [char; 8] = ['：', ':', ' ', '约', '为', '是', '要', '需'];
/// Words between those who get it and a sum without 元: 每户补800.
const PAYS: [&str; 9] = ["补", "发", "给", "奖", "贴", "助", "费", "款", "价"];
/// Measure words of those who own goods: 每校20 hardly means yuan.
pub(super) const OWNERS: [&str; 9] = ["人", "户", "所", "村", "县", "乡", "家", "个", "处"];
/// Institutions that have measure words of their own.
const SITES: &str = "院站室园馆店厂点社";
/// Containers: 每箱24 may count bottles.
const CONTAINERS: [&str; 8] = ["箱", "盒", "包", "袋", "桶", "捆", "瓶", "批"];
/// The least sum without 元 behind 每箱 and behind 每校.
const LEAST: (f64, f64) = (50.0, 100.0);
/// Characters of words about paying, which say nothing of who or what is paid for: 每个补助600元.
const PAYING: &str = "补助贴资发给需要大概约是价格费用一每年月元钱得花差不多按算来就共只能： ";
/// Measure words of equipment, and yuan below which none of it costs.
const EQUIPMENT: [&str; 7] = ["台", "架", "辆", "套", "组", "艘", "座"];
const LEAST_EQUIPMENT: f64 = 50.0;
/// Yuan below which nobody gets anything for a sum.
const LEAST_EACH: f64 = 20.0;
/// Words behind a price without 元 that say it will do.
const SUFFICES: [&str; 3] = ["就", "即可", "可以"];
/// Words before a count that is only compared with the one asked for: 比去年少要8个.
const COMPARED: [&str; 14] =
    ["比去年", "比上", "比往", "比原", "比前", "比计划", "比预", "比现", "较去年", "较上", "较往", "少要", "多要", "相比"];
/// How far behind a number the noun that it counts may end, in characters: 6个教学班.
const NOUN_REACH: usize = 5;

impl<'a> Of<'a> {
    /// What 每 before `each` stands for.
    pub(super) fn each(each: &'a str) -> Option<Self> {
        match measure(each) {
            Some(of) => Some(piece(of, &each[of.len()..])),
            None if names_persons(each) => Some(Self::Persons),
            None => each.chars().next().map(|noun| Self::Noun(&each[..noun.len_utf8()])),
        }
    }

    /// True if it recurs and owns nothing: 每年, 每月.
    pub(super) fn is_time(self) -> bool {
        matches!(self, Self::Measured(of) if is_time(of) && !matches!(of, "期" | "次" | "届"))
    }

    /// True for a noun that counts itself.
    pub(super) const fn is_noun(self) -> bool {
        matches!(self, Self::Noun(_))
    }

    /// True for 每天 and 每日.
    pub(super) fn is_day(self) -> bool {
        matches!(self, Self::Measured(of) if class(of) == "天")
    }

    /// True if the number counts it.
    pub(super) fn fits(self, text: &str, number: &NumberMention<'_>) -> bool {
        let behind = &text[number.end..];
        let count = match number.counted {
            Counted::Things(count) => count,
            Counted::Bare => return matches!(self, Self::Noun(noun) if behind.starts_with(noun)),
            Counted::Money | Counted::Foreign(_) => return false,
        };
        let is_person = || counts_persons(text, number);
        match self {
            Self::Unnamed => true,
            Self::Goods => !is_person() && !matches!(class(count), "户" | "村" | "乡" | "县" | "个乡镇"),
            Self::Measured(of) => class(of) == class(count) || class(of) == "人" && is_person(),
            Self::Persons => is_person(),
            Self::AnyPiece => count == "个" || is_person(),
            Self::Noun(noun) => {
                let phrase = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
                // 每院3.6万元，共6所
                let is_site = SITES.contains(noun) && matches!(count, "所" | "家" | "个" | "处" | "座") && !is_person();
                is_site || behind.starts_with(noun) || phrase.ends_with(noun) && phrase.chars().nth(NOUN_REACH).is_none()
            }
        }
    }
}

/// The `n`th number as a unit price, if it is one.
pub(super) fn price<'a>(text: &'a str, numbers: &[NumberMention<'a>], n: usize) -> Option<Price<'a>> {
    let number = numbers[n];
    if !matches!(number.counted, Counted::Money | Counted::Bare) {
        return None;
    }
    let free = n.checked_sub(1).map_or(0, |before| numbers[before].end);
    let before = clause_before(text, free, number.start, REACH);
    if ["收入", "工资", "产值"].iter().any(|word| before.contains(word)) {
        return None;
    }
    let mut price = Price { of: Of::Unnamed, every: None, end: number.end, is_of_one: false };
    let mut is_price = price.read_before(text, before, number.start);
    while let Some(of) = text[price.end..].strip_prefix(['/', '每']).and_then(measure) {
        price.add(Of::Measured(of));
        price.end += text[price.end..].chars().next().map_or(0, char::len_utf8) + of.len();
        is_price = true;
    }
    // 3万8一台
    if let Some(of) = text[price.end..].strip_prefix('一').and_then(measure).filter(|of| !is_time(of)) {
        price.add(Of::Measured(of));
        price.end += '一'.len_utf8() + of.len();
        is_price = true;
    }
    if !is_price
        && let Some(of) =
            one_before(text, numbers, n).or_else(|| each_before(text, numbers, n)).or_else(|| in_slashes(text, numbers, n))
    {
        price.add(of);
        (is_price, price.is_of_one) = (true, true);
    }
    if !is_price && let Some(every) = time_before(text, numbers, n) {
        price.add(Of::Measured(every));
        (is_price, price.is_of_one) = (true, true);
    }
    let is_sum = number.counted == Counted::Money || number.has_big_unit;
    // 每台3千5
    let is_shown = is_sum || number.has_unit && !price.is_of_one || price.is_plain(text, before, &number);
    (is_price && is_shown).then_some(price)
}

/// What 一个 in 一个娃大概要4万 is one of.
fn one_before<'a>(text: &'a str, numbers: &[NumberMention<'_>], n: usize) -> Option<Of<'a>> {
    let one = numbers.get(n.checked_sub(1)?).filter(|one| one.low == 1.0 && one.high == 1.0)?;
    let Counted::Things(of) = one.counted else { return None };
    let between = &text[one.end..numbers[n].start];
    let is_near = !between.contains(|c: char| "，。；、,;".contains(c));
    let of = measure(of).filter(|_| is_near && !is_time(of))?;
    Some(piece(of, between))
}

/// 天 in 一天3000元.
fn time_before(text: &str, numbers: &[NumberMention<'_>], n: usize) -> Option<&'static str> {
    let one = numbers.get(n.checked_sub(1)?).filter(|one| one.low == 1.0 && one.high == 1.0)?;
    let Counted::Things(of) = one.counted else { return None };
    let is_first = !text[..one.start].ends_with(['第', '每', '过', '用']);
    (is_first && one.end == numbers[n].start && class(of) == "天").then(|| measure(of))?
}

/// What a sum behind 每人一套 is paid for: one of these if it is too little for all of them, 110元 for 386人.
fn each_before<'a>(text: &'a str, numbers: &[NumberMention<'_>], n: usize) -> Option<Of<'a>> {
    let one = numbers.get(n.checked_sub(1)?).filter(|one| one.low == 1.0 && one.high == 1.0)?;
    let Counted::Things(of) = one.counted else { return None };
    let before = clause_before(text, 0, one.start, REACH);
    let is_each = before.contains(['每', '各']) || n > 1 && owner(text, &numbers[n - 2], one).is_some();
    let between = text[one.end..numbers[n].start].chars().take(NOUN_REACH + 2);
    let is_near = between.clone().count() <= NOUN_REACH + 1 && between.filter(|c| "，,：:".contains(*c)).count() == 1;
    let most = || {
        let counts = numbers[..n].iter().rev().take(NOUN_REACH).filter(|it| matches!(it.counted, Counted::Things(_)));
        counts.map(|it| it.high).fold(1.0, f64::max)
    };
    let is_little = || numbers[n].high < LEAST_EACH * most();
    (is_each && is_near && is_little()).then(|| measure(of).filter(|of| !is_time(of)).map(Of::Measured))?
}

/// What 560元 in 腰织机/25架/560元 is paid for: one piece of equipment, as it is too little for all of them.
fn in_slashes<'a>(text: &'a str, numbers: &[NumberMention<'_>], n: usize) -> Option<Of<'a>> {
    let (count, sum) = (numbers.get(n.checked_sub(1)?)?, &numbers[n]);
    let Counted::Things(of) = count.counted else { return None };
    let is_row = text[..count.start].trim_end().ends_with('/')
        && text[count.end..sum.start].trim() == "/"
        && !text[sum.end..].trim_start().starts_with('/');
    let is_little = sum.high < LEAST_EQUIPMENT * count.high;
    (is_row && is_little && EQUIPMENT.contains(&of)).then(|| measure(of).map(Of::Measured))?
}

/// The measure word of those who each get `one`: 人 in 一人一套.
pub(super) fn owner(text: &str, owner: &NumberMention<'_>, one: &NumberMention<'_>) -> Option<&'static str> {
    let Counted::Things(of) = owner.counted else { return None };
    let is_near = text.get(owner.end..one.start).is_some_and(|between| {
        between.chars().nth(2).is_none() && !between.contains(|c: char| !c.is_alphabetic() || "的和与及".contains(c))
    });
    (owner.low == 1.0 && owner.high == 1.0 && is_near && OWNERS.contains(&class(of))).then(|| measure(of))?
}

/// What `of` counts if it is followed by `noun` and then by the price.
fn piece<'a>(of: &'static str, noun: &str) -> Of<'a> {
    match of {
        "个" if names_persons(noun) => Of::Persons,
        "个" if noun.chars().all(|c| PAYING.contains(c)) => Of::AnyPiece,
        of => Of::Measured(of),
    }
}

impl<'a> Price<'a> {
    /// Reads what the words before the number, which starts at `start`, say of it; false if they do not make it a price.
    fn read_before(&mut self, text: &'a str, before: &'a str, start: usize) -> bool {
        let mut is_price = false;
        for each in before.split('每').skip(1) {
            is_price = true;
            if let Some(of) = Of::each(each) {
                self.add(of);
            }
        }
        // 单盏3200元
        if let Some((_, of)) = before.rsplit_once('单')
            && let Some(of) = measure(of).filter(|word| *word == of && of != "位")
        {
            self.add(Of::Measured(of));
            is_price = true;
        }
        if holds_any(before, &PRICE) {
            self.add(Of::Goods);
            is_price = true;
        } else if let Some((who, _)) = before.rsplit_once('均') {
            let of = [("人", "人"), ("生", "人"), ("户", "户"), ("村", "村"), ("校", "所")].into_iter();
            of.filter(|(word, _)| who.ends_with(word)).for_each(|(_, of)| self.add(Of::Measured(of)));
            is_price = true;
        }
        is_price || text[..start].ends_with('各')
    }

    fn add(&mut self, of: Of<'a>) {
        if let Of::Measured(word) = of
            && let every @ ("年" | "月" | "天" | "餐" | "学期" | "周" | "期" | "次") = class(word)
        {
            self.every = Some(every);
        } else if matches!(self.of, Of::Unnamed | Of::Goods) {
            // 单价1800元/人
            self.of = of;
        }
    }

    /// True if nothing but a period is named: 每年10万元.
    pub(super) fn is_of_period(&self) -> bool {
        self.of == Of::Unnamed && self.every.is_some()
    }

    /// True if the number, which has no unit at all, is a price all the same: 单价860, 每张180, 860/套, 一口6500.
    fn is_plain(&self, text: &str, before: &str, number: &NumberMention<'_>) -> bool {
        // 650一副的就行
        let behind = text[self.end..].strip_prefix('的').filter(|_| self.end > number.end).unwrap_or(&text[self.end..]);
        let ends_clause = !behind.starts_with(char::is_alphanumeric) || SUFFICES.iter().any(|word| behind.starts_with(word));
        if number.counted != Counted::Bare || !ends_clause {
            return false;
        }
        if before.contains('每') && PAYS.iter().any(|word| before.trim_end_matches(LEADS).ends_with(word)) {
            return true;
        }
        if self.every.is_some() {
            return false;
        }
        let (measured, least) = match self.of {
            Of::Goods => return PRICE.iter().any(|word| before.trim_end_matches(LEADS).ends_with(word)),
            Of::Measured(of) if OWNERS.contains(&class(of)) => (of, LEAST.1),
            Of::Measured(of) if CONTAINERS.contains(&of) => (of, LEAST.0),
            Of::Measured(of) => (of, 1.0),
            Of::AnyPiece => ("个", LEAST.1),
            Of::Unnamed | Of::Persons | Of::Noun(_) => return false,
        };
        let head = text[..number.start].trim_end_matches(LEADS);
        let follows = self.end > number.end || head.ends_with(measured);
        follows && number.low >= least
    }

    /// True if the price may be multiplied with the number.
    pub(super) fn fits(&self, text: &str, number: &NumberMention<'_>) -> bool {
        let is_time = matches!(number.counted, Counted::Things(count) if is_time(count));
        let is_compared = || holds_any(clause_before(text, 0, number.start, REACH), &COMPARED);
        self.of.fits(text, number) && !is_time && !is_compared()
    }
}
