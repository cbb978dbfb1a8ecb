//! Unit prices times counts: `每名学生补助1000元，共计200人`, `净水器2套，每套1.5万元`, `2000元×157台`.

use std::ops::Range;

use super::line_of_goods::Line;
use super::measures::{class, is_time, measure};
use super::numbers::{Counted, NumberMention, clause_before};
use super::pasted;
use super::prices::{OWNERS, Of, Price, owner, price};

/// How far before a count 每 may stand, in characters.
const REACH: usize = 12;
/// How many numbers away from a price its count may be.
const COUNT_REACH: usize = 6;
/// Most counts that a price is multiplied with: 元 × 人 × 天 × 月 × 年.
const MAX_FACTORS: usize = 6;
/// What may stand between 各 and the count that each gets.
const EACH_GETS: [&str; 12] = ["", "配", "配备", "发", "送", "需", "要", "缺", "买", "装", "安装", "添"];
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
    let mut pasted_end = 0;
    for (row, line) in pasted::lines(text, numbers) {
        pasted_end = row.end;
        goods.is_price[row.clone()].fill(true);
        goods.is_in_line[row].fill(true);
        goods.lines.push(line);
    }
    let mut used = pasted_end;
    for n in pasted_end..numbers.len() {
        let price = price(text, numbers, n);
        let found = Search { text, numbers }.counts(n, price, used);
        goods.is_price[n] =
            price.is_some_and(|price| !price.is_of_one || found.is_some() || Search { text, numbers }.is_open(n, price, used));
        let Some(mut counts) = found else { continue };
        let periods = Search { text, numbers }.periods(&counts, price);
        match (periods, price.and_then(|price| price.every)) {
            (None, Some("天" | "餐")) => {
                goods.is_price[n] = true;
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
        self.counted(n, price, used)
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

    /// A price and the count that belongs to it: the nearest one before it, else after it, in the same sentence with no other sum
    /// in between. Of a count for each (每人一套), those who get it have to be counted as well.
    fn counted(self, n: usize, price: Price<'_>, used: usize) -> Option<Counts> {
        let each = |k: usize| {
            let mut counts = Counts { numbers: vec![n, k], times: 1.0 };
            let is_each = self.per_owner(n, k, &mut counts)?;
            (!price.is_of_one || is_each || self.numbers[k].high > 1.0).then_some(counts)
        };
        let bare = || {
            let count = self.bare_count(n, used)?;
            Some(Counts { numbers: vec![n, count], times: 1.0 })
        };
        self.candidates(n, price, used).into_iter().find_map(each).or_else(bare)
    }

    /// True if a count that belongs to the price is for each of some whose number is not stated: 一份3元，每人一份.
    fn is_open(self, n: usize, price: Price<'_>, used: usize) -> bool {
        let is_open = |&k: &usize| self.per_owner(n, k, &mut Counts { numbers: Vec::new(), times: 1.0 }).is_none();
        self.candidates(n, price, used).iter().any(is_open)
    }

    /// The counts that may belong to a price, the likeliest first.
    fn candidates(self, n: usize, price: Price<'_>, used: usize) -> Vec<usize> {
        let Self { text, numbers } = self;
        let is_sum = |k: usize| numbers[k].counted == Counted::Money;
        let fits = |k: &usize| {
            let is_owner = numbers.get(k + 1).is_some_and(|one| owner(text, &numbers[*k], one).is_some());
            price.fits(text, &numbers[*k]) && !is_owner
        };
        let near = || (used..n).rev().take(COUNT_REACH).take_while(|&k| !is_sum(k) && self.is_near(k, n)).filter(fits);
        let next = (n + 1..numbers.len()).find(|&k| numbers[k].start >= price.end).unwrap_or(numbers.len());
        let behind = (next..numbers.len()).take(COUNT_REACH).take_while(|&k| !is_sum(k) && self.is_near(n, k)).filter(fits);
        let is_aside = |k: &usize| self.is_aside(*k, n);
        near().filter(|k| !is_aside(k)).chain(behind).chain(near().filter(is_aside)).collect()
    }

    /// The number of things directly before the price of one: 揉捻机7，每台6500.
    fn bare_count(self, n: usize, used: usize) -> Option<usize> {
        let count = n.checked_sub(1).filter(|&count| count >= used)?;
        let number = &self.numbers[count];
        let between = &self.text[number.end..self.numbers[n].start];
        let of = between.strip_prefix(['，', ',', '、', ' '])?.strip_prefix('每').and_then(measure)?;
        let is_price = between.ends_with(of) && !is_time(of) && !OWNERS.contains(&of);
        let is_whole = number.counted == Counted::Bare && !number.has_unit && number.low.fract() == 0.0 && number.hedge.is_none();
        let follows_noun = self.text[..number.start].ends_with(|c: char| c.is_alphabetic() && !"第年月".contains(c));
        (is_price && is_whole && follows_noun).then_some(count)
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

    /// 每户1吨，180户: the count is for each of the households. 甲乡和乙乡各一辆: it is for each of the two. True if it is for each of
    /// some; `None` if the text does not say how many they are.
    fn per_owner(self, n: usize, count: usize, counts: &mut Counts) -> Option<bool> {
        let Self { text, numbers } = self;
        let previous = count.checked_sub(1);
        let free = previous.map_or(0, |before| numbers[before].end);
        let before = clause_before(text, free, numbers[count].start, REACH);
        let one = previous.filter(|&one| owner(text, &numbers[one], &numbers[count]).is_some());
        let of_one = one.and_then(|one| owner(text, &numbers[one], &numbers[count])).and_then(Of::each);
        let average = before.rsplit_once('均').and_then(|(who, _)| Of::each(&who[who.char_indices().next_back()?.0..]));
        let owners: Vec<Of<'_>> =
            before.split('每').skip(1).filter_map(Of::each).chain(of_one).chain(average.filter(|of| !of.is_noun())).collect();
        let is_owner = |owner: &Of<'_>, k: usize| k != count && Some(k) != one && owner.fits(text, &numbers[k]);
        for owner in owners.iter().filter(|owner| !owner.is_time() || owner.is_day()) {
            let all = self.around(n).find(|&k| is_owner(owner, k) && !(k < n && self.is_aside(k, n)));
            counts.numbers.push(all.filter(|k| !counts.numbers.contains(k))?);
        }
        if owners.is_empty()
            && let Some((before, verb)) = clause_before(text, free, numbers[count].start, 40).rsplit_once('各')
        {
            let joints = before.matches(['和', '与', '及']).count();
            counts.times *= (1 + joints) as f64;
            if let Some(sites) = previous.and_then(|first| self.sites(first, count)) {
                counts.times *= sites;
                return Some(true);
            }
            // 甲校、乙校各一台; but 各类图书500册
            return (joints > 0 || !EACH_GETS.contains(&verb)).then_some(false);
        }
        Some(!owners.is_empty())
    }

    /// How many sites, up to the `last`th number, each get what the `count`th counts: 9个村卫生室各一台, 小学3所、幼儿园2所各一台.
    fn sites(self, last: usize, count: usize) -> Option<f64> {
        let between = |a: usize, b: usize| &self.text[self.numbers[a].end..self.numbers[b].start];
        let of = |k: usize| match self.numbers[k].counted {
            Counted::Things(of) if !is_time(of) && self.numbers[k].low == self.numbers[k].high => Some(class(of)),
            _ => None,
        };
        of(last)?;
        // 学生50人，老师10人，各一套
        let gets = between(last, count);
        let is_apart = gets.starts_with("，各");
        let gets = if is_apart { &gets['，'.len_utf8()..] } else { gets };
        if gets.contains(|c| "，。；,;".contains(c)) {
            return None;
        }
        let joins = |k: usize| {
            let words = between(k, k + 1);
            let is_joint = |c: char| "和与及、".contains(c) || is_apart && c == '，';
            words.contains(is_joint) && (is_apart || !words.contains('，')) && !words.contains(['。', '；', '每'])
        };
        let first = (0..last).rev().take(COUNT_REACH).take_while(|&k| joins(k) && of(k).is_some()).last().unwrap_or(last);
        Some(self.numbers[first..=last].iter().map(|site| site.high).sum())
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
                // 讲4天，一天3000元
                let is_one = k + 1 == n && number.high <= 1.0;
                let is_counted = matches!(number.counted, Counted::Things(of) if class(of) == wanted);
                is_counted && number.high <= limit(wanted) && !is_date && !is_one
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
