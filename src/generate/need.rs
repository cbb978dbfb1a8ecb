//! Number → need, and who has claimed it.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::generator::{Generator, SOURCE};
use super::organization::id;
use super::profile::Profile;
use super::project::Sharing;
use super::stream::{Stream, Table};
use super::sums::round_sum;
use super::text::Words;
use crate::domain::{Amount, Claim, ClaimId, ClaimState, Count, Need, NeedId, NeedStatus, Record, Role, SectorShare, Urgency};

/// Needs are dated uniformly from this day on, over `DAYS` days.
const FIRST_DAY: Date = date(2021, 1, 1);
const DAYS: usize = 2_130;
/// Needs from this day on are still open.
const OPEN_FROM: Date = date(2026, 1, 1);
/// Gaps: median in yuan, spread of the natural logarithm.
const GAP: (f64, f64) = (180_000.0, 1.05);
const NEVER_CLAIMED: f64 = 0.12;
const SHARING: Sharing = Sharing { chance: 0.25, ticket_yuan: 200_000.0, power: 1.0 };
/// Organizations that hear of a need, drawn by activity.
const HEAR: usize = 60;

/// What makes an organization claim a need. The true utility is the sum of these weights, each times its feature, plus a
/// standard Gumbel variate. Public, so that learned weights can be compared with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Utility {
    /// The organization works in the need's sector.
    pub sector: f64,
    /// Its home is assigned to help the place (times 1, 0.7 or 0.5 for county, prefecture or province).
    pub counterpart: f64,
    /// Its home is in the same province.
    pub same_province: f64,
    /// Both the sector and the counterpart relation or province fit.
    pub both: f64,
    /// Per unit of difference between the logarithms of its usual sum and the needed sum; negative.
    pub distance_of_sum: f64,
    /// Spread of an organization's individual taste for a need, beyond all of the above.
    pub taste: f64,
}

impl Utility {
    /// The parameters of every generated claim.
    pub const TRUE: Self =
        Self { sector: 2.0, counterpart: 1.5, same_province: 1.0, both: 0.5, distance_of_sum: -0.3, taste: 0.5 };
}

/// What is drawn before the text.
struct Case {
    day: Date,
    leaf: usize,
    place: usize,
    yuan: f64,
    is_claimed: bool,
    stream: Stream,
}

impl Generator {
    /// Need `k`, below [`super::Plan::needs`]. Its record holds what the columns of an import would say, without spans.
    #[must_use]
    pub fn need(&self, k: usize) -> Need {
        let Case { day, leaf, place, yuan, is_claimed, mut stream } = self.case(k);
        let (leaf, place) = (&self.lexicon.leaves[leaf], self.places.get(place));
        let words = Words::new(leaf, &place.name, day.year(), &mut stream);
        let (title, description) = words.need(&mut stream);
        let sum = round_sum(yuan);
        let people = words.count();
        let urgency = match stream.unit() {
            it if it < 0.15 => Some(Urgency::High),
            it if it < 0.35 => Some(Urgency::Medium),
            it if it < 0.4 => Some(Urgency::Low),
            _ => None,
        };
        Need {
            id: need_id(k),
            record: Record {
                normalized: format!("{title}。{description}"),
                title: Some(title),
                description,
                regions: vec![place.finding()],
                sectors: SectorShare::equal(vec![leaf.code.clone()]),
                groups: words.groups(),
                modes: vec![words.mode().to_owned()],
                amount: Some(Amount::exact(sum, sum.to_string())),
                beneficiaries: Some(Count {
                    min: Some(people),
                    max: Some(people),
                    hedge: None,
                    unit: "人".to_owned(),
                    text: format!("{people}人"),
                    span: None,
                }),
                urgency,
                ..Record::default()
            },
            secured: None,
            place: None,
            submitted_by: Some(format!("{}合成示例单位", place.name)),
            date: Some(day),
            list: Some(format!("合成示例：{}年需求清单", day.year())),
            file: None,
            fiscal_covered: stream.chance(0.3).then_some(false),
            status: if is_claimed { NeedStatus::Claimed } else { NeedStatus::Open },
            status_change: None,
            source: Some(SOURCE.to_owned()),
            contact: None,
        }
    }

    /// The claims of need `k`, the lead first. Of the organizations that hear of the need,
    /// those with the greatest utility claim it.
    #[must_use]
    pub fn claims(&self, k: usize) -> Vec<Claim> {
        let case = self.case(k);
        if !case.is_claimed {
            return Vec::new();
        }
        let mut stream = Stream::new(self.plan.seed, Table::Claims, k as u64);
        let wanted = SHARING.parties(case.yuan, &mut stream);
        let mut heard: Vec<usize> = (0..HEAR).map(|_| self.activity.draw(&mut stream, 1.0)).collect();
        heard.sort_unstable();
        heard.dedup();
        let mut ranked: Vec<(f64, usize)> =
            heard.into_iter().map(|it| (self.utility(&case, &self.profile(it), k, it) + stream.gumbel(), it)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(wanted);
        let day = case.day.checked_add((5 + stream.below(90) as i32).days()).ok();
        let share = round_sum(case.yuan / ranked.len() as f64 * 0.95);
        let claim = |(n, &(_, organization)): (usize, &(f64, usize))| Claim {
            id: ClaimId::new(format!("syn-c{k:08}-{:02}", n + 1)),
            need: need_id(k),
            organization: id(organization),
            amount: Some(share),
            kind: None,
            role: if n == 0 { Role::Lead } else { Role::Member },
            state: ClaimState::Confirmed,
            at: day,
            reason: Some(SOURCE.to_owned()),
        };
        ranked.iter().enumerate().map(claim).collect()
    }

    /// The true utility without its Gumbel variate; see [`Utility`].
    fn utility(&self, case: &Case, profile: &Profile, need: usize, organization: usize) -> f64 {
        let truth = Utility::TRUE;
        let yes = |is: bool| if is { 1.0 } else { 0.0 };
        let sector = yes(profile.sectors.contains(&self.lexicon.leaves[case.leaf].top));
        let help = self.places.help(profile.home, case.place, case.day.year());
        let near = yes(self.places.get(profile.home).province == self.places.get(case.place).province);
        let distance = ((case.yuan / GAP.0).ln() - profile.ticket).abs();
        let mut taste = Stream::new(self.plan.seed, Table::Tastes, (need as u64) << 32 | organization as u64);
        let parts = [
            truth.sector * sector,
            truth.counterpart * help,
            truth.same_province * near,
            truth.both * sector * near.max(help),
            truth.distance_of_sum * distance,
            truth.taste * taste.normal(),
        ];
        parts.iter().sum()
    }

    fn case(&self, k: usize) -> Case {
        let mut stream = Stream::new(self.plan.seed, Table::Needs, k as u64);
        let day = FIRST_DAY.checked_add((stream.below(DAYS) as i32).days()).unwrap_or(FIRST_DAY);
        let place = stream.weighted(&self.places.needs);
        let top = self.sector_at(place, &mut stream);
        let leaf = self.leaf(top, &mut stream);
        let yuan = stream.log_normal(GAP.0, GAP.1);
        let is_claimed = !stream.chance(NEVER_CLAIMED) && day < OPEN_FROM;
        Case { day, leaf, place, yuan, is_claimed, stream }
    }
}

fn need_id(k: usize) -> NeedId {
    NeedId::new(format!("syn-n{k:08}"))
}
