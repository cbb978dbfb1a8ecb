//! Plain SVG: lines, dots and texts; no scripts, no styles, no fonts but the system's.

use std::fmt::Write;

/// Title and description of a chart, for sighted readers and for screen readers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caption<'a> {
    /// The heading.
    pub(super) title: &'a str,
    /// What the chart shows, in a sentence or two; for screen readers, not drawn.
    pub(super) description: &'a str,
}

/// Colours, from strong to weak.
pub(super) const STRONG: &str = "#1f4e79";
pub(super) const TEXT: &str = "#222222";
pub(super) const WEAK: &str = "#cccccc";

/// Alignment of a text relative to its point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in pixels from the top left corner.
pub(super) struct Drawing {
    width: f64,
    height: f64,
    svg: String,
}

impl Drawing {
    pub(super) fn new(caption: Caption<'_>, width: f64, height: f64) -> Self {
        let (title, description) = (escaped(caption.title), escaped(caption.description));
        let svg = format!(
            "<title>{title}</title>\n<desc>{description}</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        );
        let mut drawing = Self { width, height, svg };
        drawing.text([16.0, 26.0], Anchor::Start, 16, caption.title);
        drawing
    }

    pub(super) fn text(&mut self, [x, y]: [f64; 2], anchor: Anchor, size: u32, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        self.push(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{TEXT}\">{text}</text>"
        ));
    }

    pub(super) fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], ink: &str, width: u32) {
        self.push(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{ink}\" stroke-width=\"{width}\"/>"
        ));
    }

    pub(super) fn dot(&mut self, [x, y]: [f64; 2]) {
        self.push(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{STRONG}\"/>"));
    }

    pub(super) fn finish(self) -> String {
        let Self { width, height, svg } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" \
             role=\"img\" font-family=\"system-ui, sans-serif\">\n{svg}</svg>\n"
        )
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        writeln!(self.svg, "{element}").expect("writing to a String does not fail");
    }
}

/// Approximate width of a text: an em for a Chinese character, a little over half an em for a Latin one.
pub(super) fn width(text: &str, size: u32) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.65 } else { 1.0 }).sum::<f64>() * f64::from(size)
}

/// Escapes text for XML. Characters that XML does not allow (its section 2.2) are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stays_a_label() {
        let label = "<script>alert(1)</script> & 基金会\u{0}";
        let drawing = Drawing::new(Caption { title: label, description: label }, 10.0, 10.0).finish();
        assert!(!drawing.contains("<script") && !drawing.contains('\0'));
        assert_eq!(drawing.matches("&lt;script&gt;alert(1)&lt;/script&gt; &amp; 基金会").count(), 3);
    }
}
