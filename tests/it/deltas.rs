//! A catalog that follows the ledger write by write gives the answers of one that is made of the whole ledger, byte for byte:
//! after any sequence of writes, with bases made in between and loaded again.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use qianshou::catalog::{BaseFiles, Catalog, DocumentChanges, Fingerprint, Searchers, document};
use qianshou::domain::{Claim, Need, Organization, OrganizationId, Project};
use qianshou::reference::Reference;
use qianshou::score::{Question, Scorer, ScoringContext, Weights};
use qianshou::store::{Changes, Ledger, LedgerState, LedgerVersion, Mark, Numbered, Stored};
use qianshou::understand::topic;
use qianshou_index::analyze::Segmenter;
use qianshou_index::writer::TextIndex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;

const NAMES: [&str; 12] = [
    "甲乙慈善基金会",
    "甲乙慈善基金会丙专项基金",
    "（甲乙）慈善基金会",
    "丁戊己志愿服务队",
    "丁戊己志愿服务队上海分队",
    "云南省迪庆州慈善总会",
    "德钦县红十字会",
    "上海市某公益基金会",
    "上海复旦大学教育发展基金会",
    "净水协会",
    "甲慈",
    "湖南省山东商会",
];
const TEXTS: [&str; 6] = [
    "为23所乡村小学安装净水设备，解决师生饮水不安全的问题",
    "为24所乡村小学安装净水设备，解决师生饮水不安全的问题",
    "乡村医生培训，提升诊疗能力",
    "为残疾人安装义肢",
    "复旦大学附属学校助学金",
    "修建通村公路三公里并安装护栏",
];
const DAYS: [Date; 3] = [date(2019, 7, 1), date(2024, 12, 31), date(2026, 11, 22)];

/// One record that is written.
#[derive(Debug, Clone)]
enum Write {
    Organization(Value),
    Project(Value),
    Need(Value),
    Claim(Value),
}

/// What happens to a catalog.
#[derive(Debug, Clone)]
enum Step {
    Write(Vec<Write>),
    /// A base is made of what there is, and what is written meanwhile lies over it.
    Compact(Vec<Write>),
    /// The process ends; the next one loads the latest base and what was written since.
    Reopen,
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&NAMES[..])
}

fn organization() -> impl Strategy<Value = Write> {
    let stated = (0..7_u8, name(), prop::option::of(name()), any::<bool>(), 0..4_u8, 0..3_u8);
    stated.prop_map(|(id, name, alias, stub, money, other)| {
        let mut record = json!({"id": format!("o{id}"), "name": name});
        if let Some(alias) = alias.filter(|_| !stub) {
            record["aliases"] = json!([alias]);
        }
        if stub {
            record["stub"] = json!(true);
            return Write::Organization(record);
        }
        match money {
            1 => record["budget_fen"] = json!(50_000_000),
            2 => record["annual_spend_fen"] = json!(900_000_000),
            3 => record["max_projects"] = json!(1),
            _ => {}
        }
        match other {
            1 => record["scope"] = json!("资助乡村医生培训和学校净水"),
            2 => {
                record["sectors"] = json!(["WAT"]);
                record["willing_regions"] = json!([{"code": "533400", "name": "迪庆州", "matched": "迪庆", "certain": true}]);
                record["home_region"] = json!({"code": "310000", "name": "上海市", "matched": "上海", "certain": true});
            }
            _ => {}
        }
        Write::Organization(record)
    })
}

fn project() -> impl Strategy<Value = Write> {
    let who = prop::collection::vec(0..9_u8, 0..4);
    let stated = (0..9_u8, prop::sample::select(&TEXTS[..]), who, prop::option::of(2016..2027_i16), 0..3_u8, any::<bool>());
    stated.prop_map(|(id, text, who, year, sector, placed)| {
        let participants: Vec<Value> = who.iter().map(|it| json!({"organization": format!("o{it}")})).collect();
        let mut record = json!({"id": format!("p{id}"), "title": text, "participants": participants});
        if let Some(year) = year {
            record["period"] = json!({"start": year.to_string()});
        }
        record["sectors"] = match sector {
            0 => json!([{"code": "WAT.drinking", "weight": 1.0}]),
            1 => json!([{"code": "MED", "weight": 0.7}, {"code": "EDU", "weight": 0.3}]),
            _ => json!([]),
        };
        if placed {
            record["regions"] = json!([{"code": "533422", "name": "德钦县", "matched": "德钦", "certain": true}]);
            record["amount"] = json!({"min_fen": 30_000_000, "max_fen": 30_000_000, "hedge": null, "text": "30万元"});
        }
        Write::Project(record)
    })
}

fn need() -> impl Strategy<Value = Write> {
    let stated = (0..5_u8, prop::sample::select(&TEXTS[..]), any::<bool>(), any::<bool>(), prop::option::of(name()));
    stated.prop_map(|(id, text, is_deleted, placed, by)| {
        let mut record = json!({"id": format!("n{id}"), "description": text, "normalized": text, "submitted_by": by});
        record["sectors"] = json!([{"code": if placed { "WAT.drinking" } else { "MED" }, "weight": 1.0}]);
        if is_deleted {
            record["status"] = json!("deleted");
        }
        if placed {
            record["regions"] = json!([{"code": "533422", "name": "德钦县", "matched": "德钦", "certain": true}]);
        }
        Write::Need(record)
    })
}

fn claim() -> impl Strategy<Value = Write> {
    let state = prop::sample::select(&["applied", "confirmed", "declined", "cancelled"][..]);
    (0..6_u8, 0..5_u8, 0..7_u8, state, 2025..2027_i16).prop_map(|(id, need, organization, state, year)| {
        Write::Claim(json!({
            "id": format!("c{id}"), "need": format!("n{need}"), "organization": format!("o{organization}"), "state": state,
            "amount_fen": 20_000_000, "at": format!("{year}-03-01"), "role": "lead",
        }))
    })
}

fn writes() -> impl Strategy<Value = Vec<Write>> {
    prop::collection::vec(prop_oneof![4 => organization(), 4 => project(), 2 => need(), 2 => claim()], 1..5)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![6 => writes().prop_map(Step::Write), 1 => writes().prop_map(Step::Compact), 1 => Just(Step::Reopen)]
}

/// The records of one kind as a ledger keeps them.
#[derive(Default)]
struct Kind(Vec<Value>);

impl Kind {
    /// Writes a record; its number.
    fn write(&mut self, record: Value) -> u64 {
        let same = self.0.iter().position(|it| it["id"] == record["id"]);
        match same {
            Some(at) => self.0[at] = record,
            None => self.0.push(record),
        }
        same.map_or(self.0.len(), |at| at + 1) as u64
    }

    fn has(&self, id: &Value) -> bool {
        self.0.iter().any(|it| it["id"] == *id)
    }

    fn all<T: DeserializeOwned>(&self) -> Vec<Numbered<T>> {
        (1..).zip(&self.0).map(|(seq, it)| Numbered { seq, value: parsed(it) }).collect()
    }

    fn some<T: DeserializeOwned + Serialize>(&self, numbers: &std::collections::BTreeSet<u64>) -> Vec<Stored<T>> {
        let one = |&seq: &u64| {
            let value: T = parsed(&self.0[seq as usize - 1]);
            Stored { seq, body: serde_json::to_string(&value).unwrap().into(), value }
        };
        numbers.iter().map(one).collect()
    }
}

fn parsed<T: DeserializeOwned>(record: &Value) -> T {
    serde_json::from_value(record.clone()).unwrap()
}

/// A ledger, and a catalog that follows it.
struct World {
    dir: TempDir,
    kinds: [Kind; 4],
    /// The writes so far: kind and number of what each wrote.
    log: Vec<Vec<(usize, u64)>>,
    indexes: [TextIndex; 3],
    catalog: Arc<Catalog>,
}

impl World {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let open = |name: &str| TextIndex::open(&dir.path().join(name), &Segmenter::embedded()).unwrap();
        let indexes = ["projects", "names", "scopes"].map(open);
        let catalog = Arc::new(whole(&Default::default(), 0));
        let this = Self { kinds: Default::default(), log: Vec::new(), indexes, catalog, dir };
        this.views();
        this
    }

    /// Asks for the days, so that their views follow the writes.
    fn views(&self) {
        DAYS.iter().for_each(|&day| drop(self.catalog.as_of(day)));
    }

    /// What a claim refers to is there first.
    fn write(&mut self, writes: Vec<Write>) {
        let mut written = Vec::new();
        for write in writes {
            let (kind, record) = match write {
                Write::Organization(it) => (0, it),
                Write::Project(it) => (1, it),
                Write::Need(it) => (2, it),
                Write::Claim(it) if self.kinds[2].has(&it["need"]) && self.kinds[0].has(&it["organization"]) => (3, it),
                Write::Claim(_) => continue,
            };
            written.push((kind, self.kinds[kind].write(record)));
        }
        self.log.push(written);
    }

    fn changes_after(&self, version: LedgerVersion) -> Changes {
        let mut numbers: [std::collections::BTreeSet<u64>; 4] = Default::default();
        for &(kind, seq) in self.log.iter().skip(version.stamp() as usize).flatten() {
            numbers[kind].insert(seq);
        }
        let [organizations, projects, needs, claims] = &numbers;
        Changes {
            state: self.state(),
            changed_settings: false,
            organizations: self.kinds[0].some(organizations),
            projects: self.kinds[1].some(projects),
            needs: self.kinds[2].some(needs),
            claims: self.kinds[3].some(claims),
        }
    }

    fn state(&self) -> LedgerState {
        let version = LedgerVersion::from_stamp(self.log.len() as i64);
        LedgerState { version, mark: Mark([self.log.len() as u8].into()), ..LedgerState::default() }
    }

    /// Lets the catalog follow.
    fn publish(&mut self) {
        let changes = self.changes_after(self.catalog.version);
        self.catalog = self.follow(&Arc::clone(&self.catalog), &changes);
    }

    fn follow(&self, catalog: &Arc<Catalog>, changes: &Changes) -> Arc<Catalog> {
        let stamp = changes.state.version.stamp();
        let documents: Vec<_> = changes.projects.iter().map(|it| document(it.seq, &it.value)).collect();
        self.indexes[0].write(&documents, stamp).unwrap();
        let draft = catalog.with(changes, Arc::new(self.indexes[0].searcher().unwrap())).unwrap();
        let follow = |index: &TextIndex, changed: &DocumentChanges| {
            (!changed.is_empty()).then(|| {
                index.change(&changed.written, &changed.removed, stamp).unwrap();
                Arc::new(index.searcher().unwrap())
            })
        };
        let (names, scopes) = (follow(&self.indexes[1], draft.names()), follow(&self.indexes[2], draft.scopes()));
        Arc::new(draft.finish(names, scopes))
    }

    fn files(&self) -> BaseFiles {
        BaseFiles::inside(self.dir.path())
    }

    fn fingerprint() -> Fingerprint {
        Fingerprint::of(None, &Segmenter::embedded())
    }

    fn compact(&mut self, meanwhile: Vec<Write>) {
        let folded = Arc::clone(&self.catalog);
        let base = folded.compacted(&self.files().wait_to_write().unwrap(), &Self::fingerprint()).unwrap();
        self.write(meanwhile);
        self.publish();
        self.catalog = Arc::new(self.catalog.rebased(&folded, base));
    }

    fn reopen(&mut self) {
        let Some(found) = self.files().find(&Self::fingerprint()).next() else { return };
        let changes = self.changes_after(found.version());
        let base = found.load(changes.state.clone()).unwrap();
        let [text, names, scopes] = [0, 1, 2].map(|n: usize| Arc::new(self.indexes[n].searcher().unwrap()));
        let catalog = base.into_catalog(Reference::embedded(), Searchers { text, names, scopes }).unwrap();
        self.catalog = self.follow(&Arc::new(catalog), &changes);
        self.views();
    }
}

/// The catalog of all records, made at once.
fn whole(kinds: &[Kind; 4], version: i64) -> Catalog {
    let projects: Vec<Numbered<Project>> = kinds[1].all();
    let documents: Vec<_> = projects.iter().map(|it| document(it.seq, &it.value)).collect();
    let text = TextIndex::in_memory(&documents, &Segmenter::embedded()).unwrap();
    let ledger = Ledger {
        version: LedgerVersion::from_stamp(version),
        organizations: kinds[0].all::<Organization>(),
        projects,
        needs: kinds[2].all::<Need>(),
        claims: kinds[3].all::<Claim>(),
        ..Ledger::default()
    };
    Catalog::new(ledger, Reference::embedded(), text).unwrap()
}

/// All that a catalog answers, in words.
fn answers(catalog: &Catalog) -> String {
    let mut told = String::new();
    let id = |at: usize| catalog.organization_facts(at).id().to_owned();
    for at in 0..catalog.organization_count() {
        let (record, history) = (catalog.organization_record(at), catalog.history(at));
        let history: Vec<_> = history.iter().map(|it| (catalog.project_facts(it.to as usize).id(), it.is_by_branch())).collect();
        let found = catalog.organization(&record.id).map(id);
        let (head, home) = (catalog.head(at).map(id), catalog.home_region(at));
        writeln!(told, "{record:?} {found:?} {head:?} {home:?} {history:?}").unwrap();
    }
    for name in NAMES {
        let named: Vec<String> = catalog.named(name).into_iter().map(id).collect();
        let applicants: Vec<String> = catalog.applicants(name).into_iter().map(id).collect();
        writeln!(told, "{name} {named:?} {applicants:?} {:?}", catalog.foundations_named_in(name)).unwrap();
    }
    for need in catalog.needs() {
        writeln!(told, "{need:?} {:?} {:?}", catalog.alike(&need), catalog.need(&need.id).is_some()).unwrap();
    }
    for day in DAYS {
        let view = catalog.as_of(day);
        for (n, text) in TEXTS.iter().enumerate() {
            let record = serde_json::json!({
                "id": "x", "description": text, "normalized": text, "submitted_by": NAMES[n],
                "sectors": [{"code": "WAT.drinking", "weight": 0.5}, {"code": "MED", "weight": 0.5}],
                "groups": ["student"], "amount": {"min_fen": 40_000_000, "max_fen": 40_000_000, "hedge": null, "text": ""},
                "regions": [{"code": "533422", "name": "德钦县", "matched": "", "certain": true}],
            });
            let need: Need = serde_json::from_value(record).unwrap();
            let question = Question::of_need(catalog, &need, topic(&catalog.reference, text));
            let weights = Weights::hand_set();
            let scorer = Scorer::new(ScoringContext { catalog, view: &view, weights: &weights }, question).unwrap();
            for it in scorer.rank(20) {
                let parts = scorer.parts(it.organization);
                let evidence = parts.map(|part| format!("{:?}", scorer.evidence(part.feature, it.organization)));
                let points = parts.map(|part| (part.points, part.value));
                writeln!(told, "{day} {text} {} {} {points:?} {evidence:?}", id(it.organization), it.score).unwrap();
            }
            writeln!(told, "{:?}", scorer.left_out()).unwrap();
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, ..ProptestConfig::with_cases(12) })]
    #[test]
    fn what_follows_the_ledger_is_what_is_made_of_it(steps in prop::collection::vec(step(), 1..10)) {
        let mut world = World::new();
        for step in steps {
            match step {
                Step::Write(writes) => {
                    world.write(writes);
                    world.publish();
                }
                Step::Compact(meanwhile) => world.compact(meanwhile),
                Step::Reopen => world.reopen(),
            }
            let made = whole(&world.kinds, world.log.len() as i64);
            let (followed, made) = (answers(&world.catalog), answers(&made));
            prop_assert!(followed == made, "{}", first_difference(&followed, &made));
        }
    }
}

fn first_difference(followed: &str, made: &str) -> String {
    let lines = followed.lines().zip(made.lines()).find(|(a, b)| a != b);
    lines.map_or_else(|| "one is longer".to_owned(), |(a, b)| format!("followed: {a}\n    made: {b}"))
}

#[test]
fn an_organization_that_a_project_names_may_come_later_and_change_its_name() {
    let mut world = World::new();
    let organization = |id: &str, name: &str, stub: bool| Write::Organization(json!({"id": id, "name": name, "stub": stub}));
    let project = Write::Project(json!({
        "id": "p", "title": TEXTS[0], "participants": [{"organization": "o2"}], "period": {"start": "2020"},
    }));
    let history = |world: &World, id: &str| {
        let at = world.catalog.organization(&OrganizationId::new(id)).unwrap();
        world.catalog.history(at).iter().map(|it| it.is_by_branch()).collect::<Vec<_>>()
    };
    world.write(vec![project]);
    world.publish();
    world.write(vec![organization("o2", NAMES[1], true)]);
    world.publish();
    assert_eq!(history(&world, "o2"), [false]);
    world.write(vec![organization("o1", NAMES[0], false)]);
    world.publish();
    assert_eq!(history(&world, "o1"), [true], "the branch has found its head");
    world.write(vec![organization("o3", NAMES[1], false)]);
    world.publish();
    assert_eq!(world.catalog.organization(&OrganizationId::new("o2")), world.catalog.organization(&OrganizationId::new("o3")));
    world.write(vec![organization("o3", NAMES[9], false)]);
    world.publish();
    assert_eq!((history(&world, "o3"), history(&world, "o2")), (vec![], vec![false]), "the stub stands for itself again");
}
