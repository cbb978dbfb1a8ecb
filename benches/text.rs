//! Measured: Chinese text on its way in. Segmentation (the exact cut, and the whole recall analyzer), building the text index,
//! understanding one text, and reading a workbook of needs without storing it.
//!
//! Peers in the same run: bare jieba-rs with the same word list, for `cut` and for `cut_for_search`; bare Tantivy with
//! bare jieba tokenizers over the same fields (one with frequencies, one with positions), the same documents, heap and
//! threads. Aim: at least 0.8 of each peer's speed.
//!
//! Corpus: synthetic, seeded. Needs of 60 to 120 characters are put together from 10 things, 8 places, sums and counts; 20,000
//! documents and 2,000 rows, or 200 and 50 in test mode (`cargo bench -- --test`).
//!
//! Not measured: storing what was read, other formats, ranking.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jieba_rs::Jieba;
use jiff::civil::date;
use qianshou::app::{App, Reader, Reading};
use qianshou::clock::Clock;
use qianshou::domain::{EntityKind, Principal};
use qianshou::ingest::InputFile;
use qianshou::random::SplitMix64;
use qianshou_index::analyze::{Lexicon, RECALL, Segmenter, analyzers};
use qianshou_index::schema::Document;
use qianshou_index::writer::TextIndex;
use rust_xlsxwriter::Workbook;
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexWriter, TantivyDocument};

const THINGS: [&str; 10] = [
    "为乡村医生开展全科培训，提升村卫生室的诊疗能力",
    "为乡镇小学安装净水设备，解决师生饮水不安全的问题",
    "为因战致残人员安装和维护义肢，并配备康复器材",
    "为困难家庭高中生和大学新生发放助学金",
    "新建牦牛养殖暖棚和饲草基地，带动牧民增收",
    "为患白内障的老人开展免费复明手术",
    "为村小学建设图书室，添置适合儿童阅读的图书",
    "硬化通村道路，修建便民桥，方便群众出行和农产品外运",
    "为敬老院更换护理床和取暖设备，改善失能老人照护",
    "组织绣娘参加技能培训，帮助妇女居家就业",
];
const PLACES: [&str; 8] = [
    "云南省迪庆州德钦县",
    "青海省果洛州玛沁县",
    "云南省文山州麻栗坡县",
    "新疆喀什地区莎车县",
    "西藏日喀则市江孜县",
    "四川省凉山州布拖县",
    "甘肃省临夏州东乡县",
    "贵州省黔南州荔波县",
];

fn texts(count: usize) -> Vec<String> {
    let mut random = SplitMix64::new(11);
    (0..count)
        .map(|_| {
            let (place, one, two) = (PLACES[random.remainder(8)], THINGS[random.remainder(10)], THINGS[random.remainder(10)]);
            let (people, wan) = (20 + random.remainder(900), 3 + random.remainder(300));
            format!("{place}有{people}名群众受益，{one}；{two}。资金缺口约{wan}万元，计划2026年6月底前完成。")
        })
        .collect()
}

fn is_test() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

fn bare_jieba() -> Jieba {
    let mut jieba = Jieba::new();
    jieba.load_dict(&mut Lexicon::embedded().words.as_bytes()).expect("the embedded word list");
    jieba
}

fn segmentation(criterion: &mut Criterion) {
    let texts = texts(200);
    let bytes = texts.iter().map(String::len).sum::<usize>() as u64;
    let (segmenter, jieba) = (Segmenter::embedded(), bare_jieba());
    let mut recall = analyzers(&segmenter).get(RECALL).expect("a registered analyzer");
    let mut group = criterion.benchmark_group("segmentation");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("cut", |it| it.iter(|| texts.iter().map(|text| segmenter.cut(black_box(text)).len()).sum::<usize>()));
    group.bench_function("peer: jieba cut", |it| {
        it.iter(|| texts.iter().map(|text| jieba.cut(black_box(text), true).len()).sum::<usize>());
    });
    group.bench_function("recall analyzer", |it| {
        it.iter(|| {
            texts.iter().for_each(|text| {
                let mut stream = recall.token_stream(black_box(text));
                while stream.advance() {
                    black_box(stream.token());
                }
            });
        });
    });
    group.bench_function("peer: jieba cut_for_search, as owned tokens", |it| {
        it.iter(|| {
            texts.iter().for_each(|text| {
                black_box(owned(jieba.cut_for_search(black_box(text), true)));
            });
        });
    });
    group.finish();
}

fn owned(words: Vec<jieba_rs::Token<'_>>) -> Vec<Token> {
    let token = |(position, word): (usize, jieba_rs::Token<'_>)| Token {
        offset_from: word.byte_start,
        offset_to: word.byte_end,
        position,
        text: word.word.to_owned(),
        position_length: 1,
    };
    words.into_iter().enumerate().map(token).collect()
}

/// The shortest tokenizer over jieba that works.
#[derive(Clone)]
struct Bare {
    jieba: Arc<Jieba>,
    for_search: bool,
}

struct BareStream {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl Tokenizer for Bare {
    type TokenStream<'a> = BareStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BareStream {
        let words = if self.for_search { self.jieba.cut_for_search(text, true) } else { self.jieba.cut(text, true) };
        BareStream { tokens: owned(words).into_iter(), current: Token::default() }
    }
}

impl TokenStream for BareStream {
    fn advance(&mut self) -> bool {
        self.tokens.next().map(|token| self.current = token).is_some()
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

fn bare_index(dir: &Path, jieba: &Arc<Jieba>, texts: &[String]) -> tantivy::Result<u64> {
    let text = |name, option| {
        TextOptions::default().set_indexing_options(TextFieldIndexing::default().set_tokenizer(name).set_index_option(option))
    };
    let mut schema = Schema::builder();
    let key = schema.add_u64_field("key", tantivy::schema::FAST | tantivy::schema::INDEXED);
    let day = schema.add_i64_field("visible_from", tantivy::schema::FAST);
    let recall = schema.add_text_field("recall", text("search", IndexRecordOption::WithFreqs));
    let phrases = schema.add_text_field("phrases", text("exact", IndexRecordOption::WithFreqsAndPositions));
    let index = Index::create_in_dir(dir, schema.build())?;
    for (name, for_search) in [("search", true), ("exact", false)] {
        let analyzer = TextAnalyzer::builder(Bare { jieba: Arc::clone(jieba), for_search }).build();
        index.tokenizers().register(name, analyzer);
    }
    let threads = if texts.len() >= 20_000 { 2 } else { 1 };
    let mut writer: IndexWriter = index.writer_with_num_threads(threads, if threads == 2 { 160_000_000 } else { 15_000_000 })?;
    for (n, text) in texts.iter().enumerate() {
        let mut document = TantivyDocument::new();
        document.add_u64(key, n as u64);
        document.add_i64(day, 0);
        document.add_text(recall, text);
        document.add_text(phrases, text);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(index.reader()?.searcher().num_docs())
}

fn indexing(criterion: &mut Criterion) {
    let texts = texts(if is_test() { 200 } else { 20_000 });
    let documents: Vec<Document> =
        (0..).zip(&texts).map(|(key, text)| Document { key, visible_from: 0, text: text.clone() }).collect();
    let (segmenter, jieba) = (Segmenter::embedded(), Arc::new(bare_jieba()));
    let mut group = criterion.benchmark_group("index build");
    group.sample_size(10).throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function(BenchmarkId::new("text index", texts.len()), |it| {
        it.iter_batched(
            || tempfile::tempdir().expect("a temporary directory"),
            |dir| {
                let index = TextIndex::open(dir.path(), &segmenter).expect("an index");
                index.write(&documents, 1).expect("a written index");
                dir
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function(BenchmarkId::new("peer: bare Tantivy and jieba", texts.len()), |it| {
        it.iter_batched(
            || tempfile::tempdir().expect("a temporary directory"),
            |dir| {
                let documents = bare_index(dir.path(), &jieba, &texts).expect("an index");
                assert_eq!(documents, texts.len() as u64);
                dir
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn understanding(criterion: &mut Criterion) {
    let texts = texts(100);
    let reader = Reader::embedded(Clock::Fixed(date(2026, 1, 1)));
    assert!(reader.read(&texts[0]).amount.is_some());
    let mut group = criterion.benchmark_group("understand");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("texts", |it| it.iter(|| texts.iter().for_each(|text| drop(black_box(reader.read(black_box(text)))))));
    group.finish();
}

fn workbook(rows: usize) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["序号", "项目名称", "需求地区", "需求描述", "资金缺口(万元)", "受益人数"]).expect("a header");
    let mut random = SplitMix64::new(5);
    for (row, text) in (1..).zip(texts(rows)) {
        let (place, wan) = (PLACES[random.remainder(8)], (3 + random.remainder(300)).to_string());
        let number = row.to_string();
        sheet.write_row(row, 0, [&number, &format!("项目{row}"), place, &text, &wan, "近200人"]).expect("a row");
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn importing(criterion: &mut Criterion) {
    let rows = if is_test() { 50 } else { 2_000 };
    let bytes = workbook(rows);
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10).throughput(Throughput::Elements(rows as u64));
    group.bench_function(BenchmarkId::new("workbook rows, read and understood", rows), |it| {
        it.iter(|| {
            let file = InputFile::from_bytes(Path::new("needs.xlsx"), &bytes, Some(EntityKind::Needs)).expect("a workbook");
            let (files, reading) = ([Ok(file)], Reading::default());
            let report = App::dry_run(Principal::LOCAL, None, None, files, &reading, date(2026, 1, 1)).expect("a report");
            assert_eq!(report.files[0].accepted, rows);
        });
    });
    group.finish();
}

criterion_group!(benches, segmentation, indexing, understanding, importing);
criterion_main!(benches);
