//! The goods of a row: one with its quantity and price, or several in a matrix whose headings are goods.

use super::cell_value::shown;
use super::fields::Fields;
use super::headings::{self, GOODS_COUNT, is_goods_count};
use super::matrix;
use crate::domain::Money;
use crate::understand::quantity_field;

/// Most goods of a matrix that a title names.
const MAX_NAMED: usize = 4;

/// The goods of a row.
pub(super) enum Goods {
    /// A line of a list of goods.
    Line(Line),
    /// Goods with their quantities, from the columns of a matrix.
    Matrix(Vec<String>),
}

/// A line of a list of goods.
pub(super) struct Line {
    name: String,
    specification: Option<String>,
    quantity: Option<f64>,
    unit: String,
    price: Option<Money>,
    /// True if it is a post to fill.
    is_post: bool,
}

impl Goods {
    pub(super) fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // A list that counts what its titles name is one of goods.
        let title = || fields.cell("quantity").and_then(|_| fields.text("title"));
        let Some(name) = fields.text("goods").or_else(title) else { return Self::matrix(fields) };
        let is_post = fields.cell("goods").is_some_and(|cell| headings::names_posts(&cell.heading));
        let (quantity, unit) = fields.quantity("quantity").map_or((None, None), |(quantity, unit)| (Some(quantity), unit));
        Some(Self::Line(Line {
            name,
            specification: fields.text("specification"),
            quantity,
            unit: fields.text("goods_unit").or(unit).unwrap_or_default(),
            price: fields.money("unit_price"),
            is_post,
        }))
    }

    /// The goods that a row of a matrix asks for; those without a quantity are left out.
    fn matrix(fields: &mut Fields<'_>) -> Option<Self> {
        let (mut goods, mut unread) = (Vec::new(), Vec::new());
        for cell in fields.with_field(is_goods_count) {
            let heading = cell.field.trim_start_matches(GOODS_COUNT).trim_start_matches('/');
            let (name, unit) = matrix::good(if heading.is_empty() { &cell.heading } else { heading });
            match quantity_field(&shown(&cell.value)) {
                Some((0.0, _)) => {}
                Some((quantity, stated)) => {
                    goods.push(counted(name, quantity, stated.as_deref().or(unit).unwrap_or_default()));
                }
                None => unread.push(cell.field.to_string()),
            }
        }
        for field in unread {
            fields.warn_quantity(&field);
        }
        (!goods.is_empty()).then_some(Self::Matrix(goods))
    }

    /// The title of a need that has no other.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Line(line) => line.quantity.map_or_else(|| line.name.clone(), |count| counted(&line.name, count, &line.unit)),
            Self::Matrix(goods) if goods.len() <= MAX_NAMED => goods.join("、"),
            Self::Matrix(goods) => format!("{}等{}种物资", goods[..MAX_NAMED - 1].join("、"), goods.len()),
        }
    }

    /// The goods in a sentence of the description.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Line(line) => line.in_words(),
            Self::Matrix(goods) => format!("物资：{}", goods.join("、")),
        }
    }

    /// Quantity times price.
    pub(super) fn sum(&self) -> Option<Money> {
        let Self::Line(line) = self else { return None };
        self.at_price(line.price?)
    }

    /// What it costs at a price for each.
    pub(super) fn at_price(&self, price: Money) -> Option<Money> {
        let Self::Line(line) = self else { return None };
        Money::from_yuan(line.quantity? * price.yuan())
    }
}

impl Line {
    fn in_words(&self) -> String {
        let specification = self.specification.as_ref().map(|it| format!("（{it}）")).unwrap_or_default();
        let price = self.price.map(|price| format!("，单价{price}")).unwrap_or_default();
        let name = format!("{}{specification}", self.name);
        let count = self.quantity.map_or(name.clone(), |quantity| counted(&name, quantity, &self.unit));
        format!("{}：{count}{price}", if self.is_post { "人员" } else { "物资" })
    }
}

/// A good and its quantity: 口罩500箱. A name that ends in a letter or digit is set apart from the number: KN95，500箱.
fn counted(name: &str, quantity: f64, unit: &str) -> String {
    let runs_on = name.ends_with(|c: char| c.is_ascii_alphanumeric() || c.is_numeric());
    format!("{name}{}{quantity}{unit}", if runs_on { "，" } else { "" })
}
