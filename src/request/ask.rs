//! Resolves a question as typed. The message for an invalid question names the field.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::need::find_need;
use super::typed::{MAX_NAME_CHARS, MAX_PLACES_CHARS, MAX_TEXT_CHARS, MAX_WORD_CHARS, typed};
use crate::catalog::Catalog;
use crate::domain::{Amount, FuzzyDate, Money, NeedId, NeedPart, Record, RegionCode, SectorShare, TagCode};
use crate::error::AppError;
use crate::excerpt::excerpt;
use crate::privacy::{in_words, mask};
use crate::reference::{Reference, Taxonomy};
use crate::score::Question;
use crate::understand::{
    AmountField, Context, RegionField, Understood, amount_field, beneficiaries_field, group_field, near_names, refine_regions,
    region_field, sector_field, several, topic, understand,
};

/// Longest list of suggestions.
const MAX_TOP: usize = 1000;
const DEFAULT_TOP: usize = 10;

/// A question: a text or a stored need, and fields that override what the text says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ask {
    /// The need in words; give either this or `need`.
    pub text: Option<String>,
    /// Id of a stored need; give either this or `text`.
    pub need: Option<NeedId>,
    /// Who asks for it: id, name or alias of an organization, which is not suggested. By default that of the stored need.
    pub submitted_by: Option<String>,
    /// Place. It overrides the text, but a county that the text names inside it refines it.
    pub region: Option<String>,
    /// Sector, by code or Chinese name. It overrides the text.
    pub sector: Option<String>,
    /// Sum. It overrides the text.
    pub amount: Option<AmountInput>,
    /// Groups of beneficiaries, by code or Chinese name, several with 、 between them. They override the text.
    pub group: Option<String>,
    /// How many benefit, such as `近200名`. It overrides the text.
    pub people: Option<String>,
    /// Where organizations must be registered, 全国 for those of the whole country; everywhere by default.
    pub home: Vec<String>,
    /// Answers from what was known on this day; today by default.
    pub as_of: Option<String>,
    /// How many suggestions, 1 to 1000; 10 by default.
    pub top: Option<usize>,
    /// Whether the answer gives parts and evidence; true by default.
    pub explain: Option<bool>,
    /// If true, ignores how active organizations are, which gives small and new ones a better chance. False by default.
    pub ignore_popularity: Option<bool>,
}

/// A number in yuan, or text such as `30万元`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AmountInput {
    /// Yuan.
    Yuan(f64),
    /// A sum as people write it.
    Text(String),
}

/// A question with its fields resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResolvedRequest {
    pub(crate) as_of: Date,
    pub(crate) top: usize,
    pub(crate) record: Record,
    pub(crate) question: Question,
}

impl Ask {
    /// Checks and resolves every field.
    pub(crate) fn resolve(&self, catalog: &Catalog, today: Date) -> Result<ResolvedRequest, AppError> {
        let as_of = as_of(self.as_of.as_deref(), today)?;
        let top = top(self.top)?;
        let Understood { mut record, topic } = self.read(catalog, as_of)?;
        self.apply_region(catalog, &mut record)?;
        if let Some(sector) = typed("sector", self.sector.as_deref(), MAX_WORD_CHARS)? {
            let code = sector_field(&catalog.reference.taxonomy, &sector).ok_or_else(|| {
                let sector = excerpt(&sector);
                AppError::invalid("sector", format!("没有“{sector}”这个领域；请用领域名称（如“助医与健康”）或代码（如 MED）"))
            })?;
            record.sectors = SectorShare::equal(vec![code]);
            record.drop_stale_words();
        }
        if let Some(amount) = &self.amount {
            record.amount = resolve_amount(amount)?.or(record.amount);
        }
        if let Some(groups) = self.groups(&catalog.reference.taxonomy)? {
            record.groups = groups;
            record.drop_stale_words();
        }
        if let Some(people) = typed("people", self.people.as_deref(), MAX_WORD_CHARS)? {
            record.beneficiaries = Some(beneficiaries_field(&people).ok_or_else(|| {
                let people = excerpt(&people);
                AppError::invalid("people", format!("看不懂的受益人数“{people}”；请写成 200人、近200名 或 50户"))
            })?);
        }
        let stored = || self.need.as_ref().and_then(|id| catalog.need(id)?.submitted_by.clone().map(Cow::Owned));
        let applicant = typed("submitted_by", self.submitted_by.as_deref(), MAX_NAME_CHARS)?.or_else(stored);
        let (homes, with_national) = homes(&catalog.reference, &self.home)?;
        let question = Question::new(catalog, &record, topic).asked_by(catalog, applicant.as_deref());
        let question = Question { homes, with_national, ..question };
        Ok(ResolvedRequest { as_of, top, record, question })
    }

    fn read(&self, catalog: &Catalog, as_of: Date) -> Result<Understood, AppError> {
        match (typed("text", self.text.as_deref(), MAX_TEXT_CHARS)?, &self.need) {
            (Some(_), Some(_)) => Err(AppError::invalid("need", "text 和 need 只能填一个")),
            (None, None) => Err(AppError::invalid("text", "请写明需求，例如“德钦县乡村医生培训，约需30万元”")),
            (Some(text), None) => {
                let mut understood = understand(&catalog.reference, None, &text, &self.context(catalog, as_of)?);
                if !understood.record.normalized.chars().any(char::is_alphanumeric) {
                    return Err(AppError::invalid("text", "需求描述中没有文字；请写明需求"));
                }
                let hidden = mask(self.text.as_deref().unwrap_or_default()).1;
                if !hidden.is_empty() {
                    understood.record.changes.insert(0, format!("隐去{}", in_words(&hidden)));
                }
                Ok(understood)
            }
            (None, Some(id)) => {
                typed("need", Some(id.as_str()), MAX_NAME_CHARS)?;
                let need = find_need(catalog, "need", id)?;
                let topic = topic(&catalog.reference, &need.record.normalized);
                Ok(Understood { record: need.record.clone(), topic })
            }
        }
    }

    /// The groups that are stated; none if none is.
    fn groups(&self, taxonomy: &Taxonomy) -> Result<Option<Vec<TagCode>>, AppError> {
        let Some(stated) = typed("group", self.group.as_deref(), MAX_WORD_CHARS)? else { return Ok(None) };
        let mut groups: Vec<TagCode> = Vec::new();
        for name in stated.split(['、', '，', ',']).map(str::trim).filter(|name| !name.is_empty()) {
            let code = group_field(taxonomy, name).ok_or_else(|| {
                let name = excerpt(name);
                AppError::invalid("group", format!("没有“{name}”这类受益人群；请用人群名称（如“学生”）或代码（如 student）"))
            })?;
            if !groups.contains(&code) {
                groups.push(code);
            }
        }
        Ok((!groups.is_empty()).then_some(groups))
    }

    fn region(&self) -> Result<Option<Cow<'_, str>>, AppError> {
        typed("region", self.region.as_deref(), MAX_PLACES_CHARS)
    }

    /// The needs of the text, if it states several.
    pub(crate) fn several(&self, catalog: &Catalog, as_of: Date) -> Result<Vec<NeedPart>, AppError> {
        let Some(text) = typed("text", self.text.as_deref(), MAX_TEXT_CHARS)? else { return Ok(Vec::new()) };
        Ok(several(&catalog.reference, &text, &self.context(catalog, as_of)?))
    }

    /// What is known besides the text.
    fn context(&self, catalog: &Catalog, as_of: Date) -> Result<Context, AppError> {
        let region = match self.region()?.map(|name| region_field(&catalog.reference, &name, None, false)) {
            Some(RegionField::Certain(found)) => found.first().map(|it| it.code),
            _ => None,
        };
        Ok(Context { region, date: as_of })
    }

    fn apply_region(&self, catalog: &Catalog, record: &mut Record) -> Result<(), AppError> {
        let Some(name) = self.region()? else { return Ok(()) };
        let shown = excerpt(&name);
        match region_field(&catalog.reference, &name, None, false) {
            RegionField::Certain(stated) => {
                let read = std::mem::take(&mut record.regions);
                record.regions = refine_regions(catalog.reference.divisions, &stated, read);
                Ok(())
            }
            RegionField::Ambiguous(candidates) => {
                let names: Vec<&str> = candidates.iter().map(|it| it.name.as_str()).collect();
                Err(AppError::invalid("region", format!("“{shown}”可能是：{}；请写全省、州市、县", names.join("、"))))
            }
            RegionField::Unknown => {
                let near = near_names(&catalog.reference, &name, None);
                let reason = format!("不认识的地区“{shown}”{near}；请写省、州市或县的名称，如“云南省迪庆州德钦县”");
                Err(AppError::invalid("region", reason))
            }
        }
    }
}

/// Most places of registration in one question: there are 34 provinces.
pub const MAX_HOMES: usize = 40;

/// The places of homes, and whether organizations of the whole country are asked for too.
fn homes(reference: &Reference, names: &[String]) -> Result<(Vec<RegionCode>, bool), AppError> {
    if names.len() > MAX_HOMES {
        return Err(AppError::invalid("home", format!("登记地最多{MAX_HOMES}处")));
    }
    let (mut homes, mut with_national) = (Vec::new(), false);
    for name in names {
        let Some(name) = typed("home", Some(name), MAX_WORD_CHARS)? else { continue };
        if ["全国", "全国性"].contains(&name.as_ref()) {
            with_national = true;
            continue;
        }
        match region_field(reference, &name, None, false) {
            RegionField::Certain(found) => homes.extend(found.iter().map(|it| it.code)),
            RegionField::Ambiguous(candidates) => {
                let names: Vec<&str> = candidates.iter().map(|it| it.name.as_str()).collect();
                return Err(AppError::invalid("home", format!("“{name}”可能是：{}；请写全省、州市、县", names.join("、"))));
            }
            RegionField::Unknown => {
                return Err(AppError::invalid("home", format!("不认识的登记地“{name}”；请写省、州市或县的名称，或写“全国”")));
            }
        }
    }
    Ok((homes, with_national))
}

pub(crate) fn as_of(text: Option<&str>, today: Date) -> Result<Date, AppError> {
    typed("as_of", text, MAX_WORD_CHARS)?.map_or(Ok(today), |text| {
        text.parse::<FuzzyDate>().map(FuzzyDate::latest).map_err(|reason| AppError::invalid("as_of", reason))
    })
}

pub(crate) fn top(top: Option<usize>) -> Result<usize, AppError> {
    match top {
        None => Ok(DEFAULT_TOP),
        Some(top) if (1..=MAX_TOP).contains(&top) => Ok(top),
        Some(top) => Err(AppError::invalid("top", format!("推荐数量应在1到{MAX_TOP}之间，而不是{top}"))),
    }
}

fn resolve_amount(amount: &AmountInput) -> Result<Option<Amount>, AppError> {
    resolve_sum("amount", amount)
}

/// The sum given in `field`; `None` if it is left open.
pub(crate) fn resolve_sum(field: &'static str, amount: &AmountInput) -> Result<Option<Amount>, AppError> {
    let refuse =
        |text: String| AppError::invalid(field, format!("看不懂的金额“{text}”；请写成 30万元、10-20万元 或以元为单位的数字"));
    match amount {
        AmountInput::Yuan(yuan) => {
            let money = Money::from_yuan(*yuan).ok_or_else(|| refuse(yuan.to_string()))?;
            Ok(Some(Amount::exact(money, money.to_string())))
        }
        AmountInput::Text(text) => match typed(field, Some(text), MAX_WORD_CHARS)? {
            None => Ok(None),
            Some(text) => match amount_field(&text) {
                AmountField::Sum(amount) => Ok(Some(amount)),
                AmountField::Open => Ok(None),
                AmountField::WithoutUnit => {
                    let number = excerpt(&text);
                    Err(AppError::invalid(field, format!("“{number}”没有写单位：是{number}元，还是{number}万元？请写明")))
                }
                AmountField::Foreign => Err(AppError::invalid(field, format!("“{}”不是人民币；请折合成元", excerpt(&text)))),
                AmountField::Unreadable => Err(refuse(excerpt(&text))),
            },
        },
    }
}
