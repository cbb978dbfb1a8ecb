//! Reads back a plan that was written earlier.

use super::Plan;
use crate::excerpt::{excerpt, excerpt_of};
use crate::privacy::masked;

/// Longest reason that is quoted from the parser, in characters: it may quote the file.
const MAX_REASON: usize = 200;

/// The error for a text that is not a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("不是 qianshou plan 写出的方案（{place}：{reason}）；请用 --out 写出的 .json 文件")]
pub struct PlanFileError {
    /// Path of the fault, such as `needs[3].partners[0].amount_yuan`.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

impl Plan {
    /// Reads a plan as `qianshou plan --out PLAN.json` writes it.
    ///
    /// # Errors
    /// The text is not such a plan, or a sum is below zero.
    pub fn from_json(json: &str) -> Result<Self, PlanFileError> {
        let error = |place: String, reason: String| PlanFileError { place, reason };
        let mut reader = serde_json::Deserializer::from_str(json);
        let plan: Self = serde_path_to_error::deserialize(&mut reader).map_err(|it| {
            error(excerpt(&masked(&it.path().to_string())), excerpt_of(&masked(&it.inner().to_string()), MAX_REASON))
        })?;
        reader.end().map_err(|it| error("文件末尾".to_owned(), it.to_string()))?;
        for (n, need) in plan.needs.iter().enumerate() {
            let shares = need.partners.iter().enumerate();
            let shares = shares.map(|(k, it)| (format!("needs[{n}].partners[{k}].amount_yuan"), it.amount_yuan));
            for (place, yuan) in [(format!("needs[{n}].gap_yuan"), need.gap_yuan)].into_iter().chain(shares) {
                if yuan < 0.0 {
                    return Err(error(place, format!("金额 {yuan} 不能小于 0")));
                }
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::sample::plan;

    #[test]
    fn what_is_written_is_read_and_anything_else_is_refused_by_its_place() {
        let plan = plan();
        let json = serde_json::to_value(&plan).unwrap();
        assert_eq!(Plan::from_json(&json.to_string()).as_ref(), Ok(&plan));
        let refused = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut json = json.clone();
            change(&mut json);
            Plan::from_json(&json.to_string()).unwrap_err().place
        };
        assert_eq!(refused(&|it| it["needs"][1]["partners"][0]["amount_yuan"] = (-1).into()), "needs[1].partners[0].amount_yuan");
        assert_eq!(refused(&|it| it["needs"][0]["gap_yuan"] = "many".into()), "needs[0].gap_yuan");
        assert_eq!(refused(&|it| it["as_of"] = 3.into()), "as_of");
        assert!(Plan::from_json("{} {}").is_err() && Plan::from_json("").is_err());
    }
}
