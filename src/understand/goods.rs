//! Unit prices times counts: `每名学生补助1000元，共计200人`, `净水器2套，每套1.5万元`, `2000元×157台`.

use std::ops::Range;

use super::measures::{class, is_time, measure};
use super::numbers::{Counted, NumberMention, clause_before};
use super::persons::counts_persons;

/// A unit price, and what it is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Price {
    /// Measure word of the thing priced; `None` for 单价 and 人均.
    of: Option<&'static str>,
    /// 年, 月, 天, 餐 or the like if it is paid again and again.
    every: Option<&'static str>,
    /// End of the price, including `/人` and the like.
    end: usize,
    /// True for 一个…4万, which is a price only if the text says how many there are.
    is_of_one: bool,
}

/// A line of goods: price times count.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line<'a> {
    /// Yuan, lower end.
    pub low: f64,
    /// Yuan, upper end.
    pub high: f64,
    /// Hedge of the price or the count.
    pub hedge: Option<&'a str>,
    /// Byte range from the first to the last of its numbers.
    pub range: Range<usize>,
}

/// How far before a price 每 or 单价 may stand, in characters.
const REACH: usize = 12;
/// How many numbers away from a price its count may be.
const COUNT_REACH: usize = 6;
/// Most counts that a price is multiplied with: 元 × 人 × 天 × 月 × 年.
const MAX_FACTORS: usize = 6;
/// What a product is written with.
const TIMES: [&str; 6] = ["×", "x", "X", "*", "乘", "乘以"];

/// What the numbers of a text say about prices and counts.
#[derive(Debug, Default)]
pub(super) struct Goods<'a> {
    /// For each number, whether it is a unit price.
    pub is_price: Vec<bool>,
    /// The lines of goods in order; no count belongs to two of them.
    pub lines: Vec<Line<'a>>,
    /// For each number, whether it stands in a line.
    pub is_in_line: Vec<bool>,
    /// Prices by day or meal whose days or meals are not stated: they make no sum.
    pub without_days: Vec<Range<usize>>,
}

/// Reads the prices and lines of goods of a text.
pub(super) fn read<'a>(text: &'a str, numbers: &[NumberMention<'a>]) -> Goods<'a> {
    let none = vec![false; numbers.len()];
    let mut goods = Goods { is_price: none.clone(), is_in_line: none, ..Goods::default() };
    let mut used = 0;
    for n in 0..numbers.len() {
        let price = price(text, numbers, n);
        let found = Search { text, numbers }.counts(n, price, used);
        goods.is_price[n] = price.is_some_and(|price| !price.is_of_one || found.is_some());
        let Some(mut counts) = found else { continue };
        let periods = Search { text, numbers }.periods(&counts, price);
        match (periods, price.and_then(|price| price.every)) {
            (None, Some("天" | "餐")) => {
                goods.without_days.push(numbers[n].range());
                continue;
            }
            (Some((period, times)), _) => {
                counts.numbers.extend(period);
                counts.times *= times;
            }
            (None, _) => {}
        }
        counts.numbers.sort_unstable();
        let (first, last) = (n.min(counts.numbers[0]), n.max(counts.numbers[counts.numbers.len() - 1]));
        let end = price.map_or(0, |price| if last == n { price.end } else { 0 }).max(numbers[last].end);
        let mut line = Line { low: counts.times, high: counts.times, hedge: None, range: numbers[first].start..end };
        for number in counts.numbers.iter().map(|&k| &numbers[k]) {
            line.low *= number.low;
            line.high *= number.high;
            line.hedge = line.hedge.or(number.hedge);
        }
        used = last + 1;
        goods.is_in_line[first..=last].fill(true);
        goods.lines.push(line);
    }
    goods
}

/// The `n`th number as a unit price, if it is one.
fn price(text: &str, numbers: &[NumberMention<'_>], n: usize) -> Option<Price> {
    let number = numbers[n];
    let is_sum = number.counted == Counted::Money || number.counted == Counted::Bare && number.has_big_unit;
    // 每台3千5
    if !is_sum && (number.counted != Counted::Bare || !number.has_unit) {
        return None;
    }
    let free = n.checked_sub(1).map_or(0, |before| numbers[before].end);
    let before = clause_before(text, free, number.start, REACH);
    if ["收入", "工资", "产值"].iter().any(|word| before.contains(word)) {
        return None;
    }
    let mut price = Price { of: None, every: None, end: number.end, is_of_one: false };
    let mut is_price = before.contains('均') || before.contains("单价");
    // 单盏3200元
    let single = before.rsplit_once('单').and_then(|(_, of)| measure(of).filter(|word| *word == of && of != "位"));
    for of in before.split('每').skip(1).filter_map(measure).chain(single) {
        is_price = true;
        price.add(of);
    }
    is_price |= before.contains('每') || text[..number.start].ends_with('各');
    while let Some(of) = text[price.end..].strip_prefix(['/', '每']).and_then(measure) {
        price.add(of);
        price.end += text[price.end..].chars().next().map_or(0, char::len_utf8) + of.len();
        is_price = true;
    }
    if !is_sum {
        return is_price.then_some(price);
    }
    // 3万8一台
    if let Some(of) = text[price.end..].strip_prefix('一').and_then(measure).filter(|of| !is_time(of)) {
        price.add(of);
        price.end += '一'.len_utf8() + of.len();
        is_price = true;
    }
    if !is_price && let Some(of) = one_before(text, numbers, n) {
        price.add(of);
        (is_price, price.is_of_one) = (true, true);
    }
    is_price.then_some(price)
}

/// The measure word of 一个 in 一个娃大概要4万.
fn one_before(text: &str, numbers: &[NumberMention<'_>], n: usize) -> Option<&'static str> {
    let one = numbers.get(n.checked_sub(1)?).filter(|one| one.low == 1.0 && one.high == 1.0)?;
    let Counted::Things(of) = one.counted else { return None };
    let is_near = !text[one.end..numbers[n].start].contains(|c: char| "，。；、,;".contains(c));
    measure(of).filter(|_| is_near && !is_time(of))
}

impl Price {
    fn add(&mut self, of: &'static str) {
        match class(of) {
            every @ ("年" | "月" | "天" | "餐" | "学期" | "周" | "期" | "次") => self.every = Some(every),
            _ => _ = self.of.get_or_insert(of),
        }
    }

    fn fits(&self, text: &str, number: &NumberMention<'_>) -> bool {
        let Counted::Things(count) = number.counted else { return false };
        let is_person = || counts_persons(text, number);
        !is_time(count)
            && (!self.is_of_one || number.high > 1.0)
            && self.of.is_none_or(|of| class(of) == class(count) || matches!(class(of), "人" | "个") && is_person())
    }
}

/// The numbers that a price is multiplied by, the price itself included, and a factor that is no number of the text.
struct Counts {
    numbers: Vec<usize>,
    times: f64,
}

#[derive(Clone, Copy)]
struct Search<'t, 'a> {
    text: &'t str,
    numbers: &'t [NumberMention<'a>],
}

impl<'t> Search<'t, '_> {
    /// What the `n`th number, a sum or a price, is multiplied by; `None` if it stands alone.
    fn counts(self, n: usize, price: Option<Price>, used: usize) -> Option<Counts> {
        let product = self.product(n, price.map_or(self.numbers[n].end, |price| price.end), used);
        if product.len() > 1 {
            return Some(Counts { numbers: product, times: 1.0 });
        }
        let price = price?;
        // 每年10万元，共三年
        if price.of.is_none() && price.every.is_some() {
            return Some(Counts { numbers: vec![n], times: 1.0 });
        }
        let count = self.count(n, price, used)?;
        let mut counts = Counts { numbers: vec![n, count], times: 1.0 };
        self.per_owner(n, count, &mut counts);
        Some(counts)
    }

    /// The numbers of a product such as `2000元×157台`, `5000元×40人×3年` or `16人×每月300元` around the `n`th number, a sum.
    fn product(self, n: usize, end: usize, used: usize) -> Vec<usize> {
        if self.numbers[n].counted != Counted::Money {
            return vec![n];
        }
        let is_times = |sign: &str| TIMES.contains(&sign.trim());
        let (mut first, mut last, mut end) = (n, n, end);
        while let Some(next) = self.numbers.get(last + 1).filter(|_| last - n < MAX_FACTORS)
            && is_times(&self.text[end.min(next.start)..next.start])
        {
            last += 1;
            end = next.end;
        }
        while let Some(before) = first.checked_sub(1).filter(|&before| before >= used && n - before <= MAX_FACTORS)
            && let Some(sign) = self.text[self.numbers[before].end..self.numbers[first].start].trim_start().chars().next()
            && TIMES.contains(&&*sign.encode_utf8(&mut [0; 4]))
            && matches!(self.numbers[before].counted, Counted::Things(_))
        {
            first = before;
        }
        (first..=last).collect()
    }

    /// The count that belongs to a price: the nearest one before it, else after it, in the same sentence with no other sum in
    /// between.
    fn count(self, n: usize, price: Price, used: usize) -> Option<usize> {
        let Self { text, numbers } = self;
        let is_sum = |k: usize| numbers[k].counted == Counted::Money;
        let fits = |k: &usize| price.fits(text, &numbers[*k]);
        let before = (used..n).rev().take(COUNT_REACH).take_while(|&k| !is_sum(k) && self.is_near(k, n)).find(fits);
        let next = (n + 1..numbers.len()).find(|&k| numbers[k].start >= price.end).unwrap_or(numbers.len());
        let behind = || (next..numbers.len()).take(COUNT_REACH).take_while(|&k| !is_sum(k) && self.is_near(n, k)).find(fits);
        before.or_else(behind)
    }

    /// True if two numbers stand in one sentence.
    fn is_near(self, a: usize, b: usize) -> bool {
        let (a, b) = (self.numbers[a.min(b)].end, self.numbers[a.max(b)].start);
        !self.text[a.min(b)..b].contains(['。', '；', ';', '！', '？'])
    }

    /// At most 20 characters behind the `n`th number, within its sentence.
    fn sentence_behind(self, n: usize) -> &'t str {
        let rest = &self.text[self.numbers[n].end..];
        let len: usize = rest.chars().take(20).take_while(|c| !"。；;！？".contains(*c)).map(char::len_utf8).sum();
        &rest[..len]
    }

    /// The numbers near the `n`th, those behind it first.
    fn around(self, n: usize) -> impl Iterator<Item = usize> {
        let behind = (n + 1..self.numbers.len()).take(COUNT_REACH);
        behind.chain((0..n).rev().take(COUNT_REACH)).filter(move |&k| self.is_near(n, k))
    }

    /// 每户1吨，180户: the count is for each of the households. 甲乡和乙乡各一辆: it is for each of the two.
    fn per_owner(self, n: usize, count: usize, counts: &mut Counts) {
        let free = count.checked_sub(1).map_or(0, |before| self.numbers[before].end);
        let before = clause_before(self.text, free, self.numbers[count].start, REACH);
        if let Some(owner) = before.rsplit_once('每').and_then(|(_, of)| measure(of)).filter(|owner| !is_time(owner)) {
            let is_owner =
                |&k: &usize| k != count && matches!(self.numbers[k].counted, Counted::Things(of) if class(of) == class(owner));
            let owners = self.around(n).find(is_owner);
            counts.numbers.extend(owners);
        } else if let Some((owners, _)) = clause_before(self.text, free, self.numbers[count].start, 40).rsplit_once('各') {
            counts.times *= (1 + owners.matches(['和', '与', '及']).count()) as f64;
        }
    }

    /// For a price that is paid again and again: the number of years, months, days or meals, and what it is multiplied by.
    fn periods(self, counts: &Counts, price: Option<Price>) -> Option<(Option<usize>, f64)> {
        let every = price.and_then(|price| price.every)?;
        let n = counts.numbers[0];
        let limit = |of: &str| match of {
            "年" | "学年" => 20.0,
            "月" | "学期" => 120.0,
            _ => 1000.0,
        };
        let of = |wanted: &'static str| {
            self.around(n).filter(|k| !counts.numbers.contains(k)).find(|&k| {
                let number = &self.numbers[k];
                // 3月 is a month of the year, 3个月 are three.
                let is_date = matches!(number.counted, Counted::Things("月")) && k < n;
                matches!(number.counted, Counted::Things(of) if class(of) == wanted) && number.high <= limit(wanted) && !is_date
            })
        };
        match every {
            "餐" => {
                let (meals, days) = (of("餐"), of("天"));
                days.map(|days| (Some(days), meals.map_or(1.0, |meals| self.numbers[meals].high)))
            }
            "月" => {
                let half = || self.sentence_behind(n).contains("半年").then_some((None, 6.0));
                let years = || of("年").map(|years| (Some(years), 12.0));
                of("月").map(|months| (Some(months), 1.0)).or_else(half).or_else(years)
            }
            every => of(every).map(|periods| (Some(periods), 1.0)),
        }
    }
}
