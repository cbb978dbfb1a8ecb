//! Radicals that stand for characters: texts copied from PDF files have ⻄ (U+2EC4) for 西 and ⻓ (U+2ED3) for 长.
//!
//! NFKC replaces the Kangxi radicals (U+2F00 to U+2FD5) and the compatibility ideographs, but only two of the block CJK Radicals
//! Supplement. Source: EquivalentUnifiedIdeograph.txt of the Unicode Character Database, its characters of the basic plane.

/// Radicals of the supplement, each followed by its character.
const PAIRS: &str = "⺁厂⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬\
    ⺧牛⺨犭⺩王⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳㓁⺶羊⺹耂⺺肀⺻聿⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝\
    ⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀";

/// The character that a radical stands for; any other character itself.
pub(super) fn character(c: char) -> char {
    if !matches!(c, '\u{2e80}'..='\u{2eff}') {
        return c;
    }
    let mut pairs = PAIRS.chars();
    while let (Some(radical), Some(character)) = (pairs.next(), pairs.next()) {
        if radical == c {
            return character;
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_alternate_with_characters_outside_their_block() {
        for (n, c) in PAIRS.chars().enumerate() {
            assert_eq!(n % 2 == 0, matches!(c, '\u{2e80}'..='\u{2eff}'), "{c} at {n}");
        }
        assert_eq!(['⻄', '⻓', '⺠', '西', 'a'].map(character), ['西', '长', '民', '西', 'a']);
    }
}
