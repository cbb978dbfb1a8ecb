//! Unit prices times counts: `每名学生补助1000元，共计200人`, `净水器2套，每套1.5万元`, `2000元×157台`.

use std::ops::Range;

use super::measures::class;
use super::numbers::{Counted, NumberMention, clause_before};
use super::prices::{Of, Price, price};

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

/// How far before a count 每 may stand, in characters.
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
    fn counts(self, n: usize, price: Option<Price<'_>>, used: usize) -> Option<Counts> {
        let number = &self.numbers[n];
        let is_sum = number.counted == Counted::Money
            || number.counted == Counted::Bare && (number.has_big_unit || price.is_some_and(|price| !price.is_of_one));
        let product = self.product(n, price.map_or(number.end, |price| price.end), used);
        if is_sum && product.len() > 1 {
            return Some(Counts { numbers: product, times: 1.0 });
        }
        let price = price?;
        // 每年10万元，共三年
        if price.is_of_period() {
            return Some(Counts { numbers: vec![n], times: 1.0 });
        }
        let count = self.count(n, price, used)?;
        let mut counts = Counts { numbers: vec![n, count], times: 1.0 };
        self.per_owner(n, count, &mut counts);
        Some(counts)
    }

    /// The numbers of a product such as `2000元×157台`, `5000元×40人×3年` or `16人×每月300元` around the `n`th number, a sum.
    fn product(self, n: usize, end: usize, used: usize) -> Vec<usize> {
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
    fn count(self, n: usize, price: Price<'_>, used: usize) -> Option<usize> {
        let Self { text, numbers } = self;
        let is_sum = |k: usize| numbers[k].counted == Counted::Money;
        let fits = |k: &usize| price.fits(text, &numbers[*k]);
        let near = || (used..n).rev().take(COUNT_REACH).take_while(|&k| !is_sum(k) && self.is_near(k, n)).filter(fits);
        let before = near().find(|&k| !self.is_aside(k, n)).or_else(|| near().next());
        let next = (n + 1..numbers.len()).find(|&k| numbers[k].start >= price.end).unwrap_or(numbers.len());
        let behind = || (next..numbers.len()).take(COUNT_REACH).take_while(|&k| !is_sum(k) && self.is_near(n, k)).find(fits);
        before.or_else(behind)
    }

    /// True if the `k`th number stands in brackets that end before the `n`th: 学生420人（女生200人），每人…
    fn is_aside(self, k: usize, n: usize) -> bool {
        let between = &self.text[self.numbers[k].end..self.numbers[n].start];
        between.find(['）', ')']).is_some_and(|close| !between[..close].contains(['（', '(']))
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
        if let Some(owner) = before.rsplit_once('每').and_then(|(_, each)| Of::each(each)).filter(|owner| !owner.is_time()) {
            let is_owner = |&k: &usize| k != count && owner.fits(self.text, &self.numbers[k]);
            let owners = self.around(n).find(|k| is_owner(k) && !(*k < n && self.is_aside(*k, n)));
            counts.numbers.extend(owners);
        } else if let Some((owners, _)) = clause_before(self.text, free, self.numbers[count].start, 40).rsplit_once('各') {
            counts.times *= (1 + owners.matches(['和', '与', '及']).count()) as f64;
        }
    }

    /// For a price that is paid again and again: the number of years, months, days or meals, and what it is multiplied by.
    fn periods(self, counts: &Counts, price: Option<Price<'_>>) -> Option<(Option<usize>, f64)> {
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
