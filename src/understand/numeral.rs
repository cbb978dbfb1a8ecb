//! Numbers as people write them: `1,200`, `48.3万`, `三十五`, `1万5千`, `壹拾万`, `十几`, `二三十`, `百余`.

use super::measures::measure;

/// A number at the start of a text, as an interval: exact numbers have equal ends, 二三十 is 20 to 30.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quantity {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// 余, 多 or 几 inside the number.
    pub hedge: Option<&'static str>,
    /// Length in bytes.
    pub len: usize,
    /// Multiplier of the units at its end: 10⁶ in 5百万; 1 without units.
    pub scale: f64,
    /// True if its digits are Chinese.
    pub is_chinese: bool,
    /// True if it carries 万 or 亿.
    pub is_big: bool,
}

/// What may follow 来 in a number: a unit or a measure word.
const AFTER_LAI: [char; 20] =
    ['万', '亿', '千', '百', '元', '人', '名', '个', '户', '位', '台', '套', '件', '所', '条', '块', '年', '天', '亩', '公'];
const WAN: f64 = 1e4;
const YI: f64 = 1e8;

/// The longest number at the start of `text`.
pub(super) fn quantity(text: &str) -> Option<Quantity> {
    let mut sum = Sum { scale: 1.0, ..Sum::default() };
    let mut at = 0;
    while let Some(step) = sum.step(&text[at..]) {
        at += step;
    }
    sum.finish(&text[at..], at)
}

/// The value of a text that consists of one exact number.
pub(super) fn value(text: &str) -> Option<f64> {
    quantity(text).filter(|it| it.len == text.len() && it.low == it.high && it.hedge.is_none()).map(|it| it.low)
}

/// Value of one Chinese digit, capitals and 两 included.
pub(super) fn digit(c: char) -> Option<u8> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn small_unit(c: char) -> Option<f64> {
    Some(match c {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1000.0,
        _ => return None,
    })
}

/// True for a character that a number may start with.
pub(super) fn starts_number(c: char) -> bool {
    c.is_ascii_digit() || digit(c).is_some() || small_unit(c).is_some() || matches!(c, '几' | '数' | '万')
}

#[derive(Clone, Copy)]
struct Piece {
    low: f64,
    high: f64,
    is_chinese_digit: bool,
}

/// The state between two characters: the finished parts of 万 and 亿, the part below
/// them, and digits whose unit is yet to come.
#[derive(Default)]
struct Sum {
    total: [f64; 2],
    section: [f64; 2],
    current: Option<Piece>,
    last_unit: f64,
    scale: f64,
    hedge: Option<&'static str>,
    after_zero: bool,
    has_started: bool,
    is_chinese: bool,
}

impl Sum {
    /// Takes the next character or number and returns its length in bytes; `None` where the number ends.
    fn step(&mut self, rest: &str) -> Option<usize> {
        let c = rest.chars().next()?;
        let behind = &rest[c.len_utf8()..];
        let taken = match c {
            ' ' => self.blank(behind),
            '0'..='9' => self.digits(rest),
            '几' | '数' => self.several(c, behind),
            '点' => self.decimals(behind),
            '万' => self.big(WAN, behind),
            'w' | 'W' if !behind.starts_with(|c: char| c.is_ascii_alphanumeric()) => self.big(WAN, behind),
            '亿' => self.big(YI, behind),
            '余' | '多' => self.open(if c == '余' { "余" } else { "多" }),
            // 三十来万, 200来人; but 3来 of 共3来自 is none.
            '来' if behind.starts_with(AFTER_LAI) => self.open("来"),
            // 1.5万一台, 三百一户; but 一千一百.
            '一' if self.current.is_none() && self.last_unit >= 100.0 && measure(behind).is_some() => None,
            _ => match (digit(c), small_unit(c)) {
                (Some(digit), _) => self.chinese(digit),
                (_, Some(unit)) => self.small(unit),
                _ => None,
            },
        }?;
        self.has_started = true;
        Some(if c.is_ascii_digit() || c == '点' { taken } else { c.len_utf8() })
    }

    /// A space may separate digits from their unit: `30 万`.
    fn blank(&self, behind: &str) -> Option<usize> {
        let is_unit = |c: char| small_unit(c).is_some() || matches!(c, '万' | '亿');
        (self.current.is_some() && behind.starts_with(is_unit)).then_some(1)
    }

    fn digits(&mut self, rest: &str) -> Option<usize> {
        if self.current.is_some() || self.hedge.is_some() {
            return None;
        }
        let len = decimal_len(rest);
        let value = rest[..len].replace(',', "").parse().ok()?;
        self.current = Some(Piece { low: value, high: value, is_chinese_digit: false });
        self.scale = 1.0;
        Some(len)
    }

    fn chinese(&mut self, digit: u8) -> Option<usize> {
        let value = f64::from(digit);
        if self.hedge.is_some() {
            return None;
        }
        self.current = Some(match self.current {
            None if digit == 0 && self.has_started => {
                self.after_zero = true;
                return Some(1);
            }
            None => Piece { low: value, high: value, is_chinese_digit: true },
            // Two consecutive digits (二三, 七八) are an estimate.
            Some(one) if one.is_chinese_digit && one.low == one.high && value == one.low + 1.0 && one.low > 0.0 => {
                Piece { high: value, ..one }
            }
            Some(_) => return None,
        });
        self.is_chinese = true;
        self.scale = 1.0;
        Some(1)
    }

    fn several(&mut self, c: char, behind: &str) -> Option<usize> {
        let unit_follows = behind.starts_with(|c: char| small_unit(c).is_some() || matches!(c, '万' | '亿'));
        if self.current.is_some() || self.hedge.is_some() || c == '数' && !unit_follows {
            return None;
        }
        let low = if self.last_unit == 10.0 { 1.0 } else { 2.0 };
        self.current = Some(Piece { low, high: 9.0, is_chinese_digit: true });
        self.hedge = Some("几");
        self.is_chinese = true;
        self.scale = 1.0;
        Some(1)
    }

    /// Reads the decimals of 三点五.
    fn decimals(&mut self, behind: &str) -> Option<usize> {
        let piece = self.current.filter(|piece| piece.is_chinese_digit && piece.low == piece.high)?;
        let digits: Vec<(char, u8)> = behind.chars().map_while(|c| Some((c, digit(c)?))).take(6).collect();
        let fraction = digits.iter().rev().fold(0.0, |sum, &(_, digit)| (sum + f64::from(digit)) / 10.0);
        let bytes: usize = digits.iter().map(|(c, _)| c.len_utf8()).sum();
        let value = piece.low + fraction;
        self.current = Some(Piece { low: value, high: value, is_chinese_digit: false });
        (bytes > 0).then_some('点'.len_utf8() + bytes)
    }

    fn small(&mut self, unit: f64) -> Option<usize> {
        let count = match self.current.take() {
            Some(piece) => [piece.low, piece.high],
            // On their own, 十, 百 and 千 mean one of the unit; after another unit they need a digit.
            None if !self.has_started || self.after_zero && unit == 10.0 => [1.0; 2],
            None => return None,
        };
        self.section = [self.section[0] + count[0] * unit, self.section[1] + count[1] * unit];
        self.take_unit(unit);
        self.is_chinese |= self.scale == unit && count == [1.0; 2];
        Some(1)
    }

    fn big(&mut self, unit: f64, behind: &str) -> Option<usize> {
        let piece = self.current.take().map_or([0.0; 2], |piece| [piece.low, piece.high]);
        let mut count = [self.section[0] + piece[0], self.section[1] + piece[1]];
        if count[1] == 0.0 && self.total[1] == 0.0 {
            // 万 without a number is a number only in words such as 万余人; 万元 is a unit.
            if self.has_started || !behind.starts_with(['余', '多', '人', '名']) {
                return None;
            }
            count = [1.0; 2];
        }
        for (total, count) in self.total.iter_mut().zip(count) {
            *total = if unit == YI { (*total + count) * unit } else { *total + count * unit };
        }
        self.section = [0.0; 2];
        self.take_unit(unit);
        Some(1)
    }

    fn take_unit(&mut self, unit: f64) {
        self.last_unit = unit;
        self.scale *= unit;
        self.after_zero = false;
    }

    fn open(&mut self, hedge: &'static str) -> Option<usize> {
        if !self.has_started || self.hedge.is_some() {
            return None;
        }
        self.hedge = Some(hedge);
        Some(1)
    }

    fn finish(self, rest: &str, len: usize) -> Option<Quantity> {
        if !self.has_started {
            return None;
        }
        let mut tail = self.current.map_or([0.0; 2], |piece| [piece.low, piece.high]);
        // 三万五, 三百五: the last digit counts tenths of the unit before it.
        let is_tenths = self.last_unit >= 100.0 && !self.after_zero && tail[1] < 10.0;
        // So does the last digit of 2万5 and 3千6修水泵, unless a measure word follows: 2万5个 would be strange.
        let ends = measure(rest).is_none() && !rest.starts_with(['元', '块', '角', '%', '.']) || rest.starts_with('一');
        let is_last = ends && self.last_unit >= 100.0 && tail[0] == tail[1] && tail[0].fract() == 0.0;
        let mut scale = self.scale;
        if is_tenths && self.current.is_some_and(|piece| piece.is_chinese_digit || is_last) && !rest.starts_with('点') {
            tail = tail.map(|end| end * self.last_unit / 10.0);
            scale = self.last_unit / 10.0;
        }
        let end = |n: usize| self.total[n] + self.section[n] + tail[n];
        let (low, high) = (end(0), end(1));
        let (hedge, is_chinese, is_big) = (self.hedge, self.is_chinese, self.total[1] > 0.0);
        Some(Quantity { low, high, hedge, len, scale, is_chinese, is_big })
    }
}

/// Length of `1,200`, `48.3` or `300000` at the start of `text`, which starts with a digit.
fn decimal_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut len = digits(0);
    if len <= 3 {
        while bytes.get(len) == Some(&b',') && digits(len + 1) == 3 {
            len += 4;
        }
    }
    if bytes.get(len) == Some(&b'.') && digits(len + 1) > 0 {
        len += 1 + digits(len + 1);
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_mean_them() {
        for (text, expected) in [
            ("1,200", 1200.0),
            ("48.3", 48.3),
            ("三十五", 35.0),
            ("十", 10.0),
            ("一百零五", 105.0),
            ("一千零五十", 1050.0),
            ("两千三百", 2300.0),
            ("二十", 20.0),
            ("八", 8.0),
            ("三点五", 3.5),
            ("三万五", 35_000.0),
            ("1万5千", 15_000.0),
            ("3万零500", 30_500.0),
            ("1亿2千万", 120_000_000.0),
            ("1.2千万", 12_000_000.0),
            ("壹佰贰拾万", 1_200_000.0),
            ("玖万捌仟", 98_000.0),
            ("百万", 1_000_000.0),
            ("2.5w", 25_000.0),
            ("30 万", 300_000.0),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        for text in ["", "千百", "二三", "点五", "三一"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn estimates_are_intervals() {
        for (text, low, high, hedge) in [
            ("十几万", 110_000.0, 190_000.0, Some("几")),
            ("几十万", 200_000.0, 900_000.0, Some("几")),
            ("二三十万", 200_000.0, 300_000.0, None),
            ("十五六万", 150_000.0, 160_000.0, None),
            ("五六百", 500.0, 600.0, None),
            ("百余万", 1_000_000.0, 1_000_000.0, Some("余")),
            ("4700多", 4700.0, 4700.0, Some("多")),
        ] {
            let it = quantity(text).unwrap();
            assert_eq!((it.low, it.high, it.hedge, it.len), (low, high, hedge, text.len()), "{text}");
        }
    }
}
