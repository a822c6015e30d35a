//! `config/annex.toml`: what is understood in an annex, parsed once and folded for matching.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::domain::field::Field;
use crate::vn::fold::{bare, key, letters, strip};

const ANNEX_TOML: &str = include_str!("../../config/annex.toml");

/// Headings, labels and words of an annex.
#[derive(Debug)]
pub struct AnnexWords {
    pub(super) task: HeadingBook,
    pub(super) kpi: HeadingBook,
    pub(super) ambiguous: HashMap<String, Ambiguous>,
    /// Short forms inside a heading, by key and by bare.
    pub(super) heading_short: HashMap<String, String>,
    /// Headings by the words in them, in the order they are tried.
    pub(super) by_words: Vec<HeadingWords>,
    pub(super) summary: HashSet<String>,
    /// Letters of the longest known heading.
    pub(super) heading_letters: usize,
    /// Headings that give way to a plainer one of the same field.
    pub(super) soft: HashSet<String>,
    pub(super) before: Vec<String>,
    pub(super) actual: Vec<String>,
    pub(super) planned: Vec<String>,
    /// What says "planned" or "real" below a heading of time.
    pub(super) planned_child: HashSet<String>,
    pub(super) actual_child: HashSet<String>,
    /// What says "real" there only beside a planned one.
    pub(super) done_child: HashSet<String>,
    pub(super) changed: Vec<String>,
    pub(super) draft: Vec<String>,
    pub(super) unit_labels: HashSet<String>,
    pub(super) period_labels: HashSet<String>,
    pub(super) enclosure: Vec<String>,
    pub(super) total: HashSet<String>,
    pub(super) total_start: Vec<String>,
    pub(super) page: HashSet<String>,
    pub(super) footer_start: Vec<String>,
    pub(super) footer: HashSet<String>,
    pub(super) group_word: Vec<String>,
    pub(super) unit: UnitWords,
}

/// A field told by words of a heading that nobody listed.
#[derive(Debug)]
pub(super) struct HeadingWords {
    pub field: Field,
    /// One of these, as key and bare.
    pub any: Vec<[String; 2]>,
    /// And one of these, where there are any.
    pub with: Vec<[String; 2]>,
    /// And none of these.
    pub none: Vec<[String; 2]>,
}

/// Words of unit cells, as matching keys without diacritics.
#[derive(Debug)]
pub(super) struct UnitWords {
    pub everyone: Vec<String>,
    pub set: Vec<String>,
    pub concerned: Vec<String>,
    pub leaders: Vec<String>,
    /// Squeezed for matching.
    pub collective: HashSet<String>,
    pub head: HashSet<String>,
    pub person: Vec<String>,
    pub prefix: BTreeMap<String, String>,
    /// The same with its letters as written, for names that no roster knows.
    pub prefix_said: BTreeMap<String, String>,
    pub short: BTreeMap<String, String>,
    /// The board's own name behind one of its bodies, in canonical form.
    pub own: Vec<String>,
    pub role_before: Vec<String>,
    pub role_behind: Vec<String>,
    /// Longest first, by words.
    pub helps: Vec<Vec<String>>,
    pub leads: Vec<Vec<String>>,
    pub unsure: Vec<String>,
    pub post: Vec<String>,
    pub several: Vec<String>,
    pub everyone_any: Vec<String>,
    pub everyone_words: HashSet<String>,
}

/// A heading whose meaning its neighbours and values decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ambiguous {
    /// Product, or what has been reached.
    Result,
    /// Organisation, or unit of measure.
    Unit,
    /// Status, percent, or deadline.
    Progress,
    /// Deadline, or day of completion.
    Finished,
    /// Deadline, or stretch of time.
    Stretch,
    /// Lead, or who carries it out beside a lead.
    Doer,
    /// Status, or narrative.
    Account,
    /// Code beside a running number, else the running number.
    Code,
}

/// Headings by key, with the looser forms.
#[derive(Debug, Default)]
pub(super) struct HeadingBook {
    keys: HashMap<String, Field>,
    bares: HashMap<String, Option<Field>>,
    /// Headings that may be the beginning of a longer one, longest first.
    starts: Vec<(String, Field)>,
    by_first: HashMap<usize, Vec<(String, Field)>>,
    /// Every word of a heading: none of them is another one misspelt.
    said: HashSet<String>,
}

impl HeadingBook {
    fn add(&mut self, field: Field, heading: &str, whole: &HashSet<String>) {
        let key = key(heading);
        let bare = strip(&key);
        if !whole.contains(&key) && bare.contains(' ') {
            self.starts.push((bare.clone(), field));
        }
        self.said.extend(bare.split(' ').map(str::to_owned));
        let letters = bare.chars().count();
        if letters >= 8 && !whole.contains(&key) {
            self.by_first
                .entry(letters)
                .or_default()
                .push((bare.clone(), field));
        }
        self.bares
            .entry(bare)
            .and_modify(|f| {
                if *f != Some(field) {
                    *f = None;
                }
            })
            .or_insert(Some(field));
        self.keys.entry(key).or_insert(field);
    }

    fn finish(mut self) -> Self {
        self.starts
            .sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        self
    }

    /// The field of a key, exactly or without diacritics.
    pub(super) fn exact(&self, key: &str) -> Option<Field> {
        self.keys
            .get(key)
            .copied()
            .or_else(|| self.bares.get(&strip(key)).copied().flatten())
    }

    /// The field whose heading begins a longer one, with the rest.
    pub(super) fn start<'k>(&self, bare: &'k str) -> Option<(Field, &'k str)> {
        self.starts.iter().find_map(|(start, field)| {
            let rest = bare.strip_prefix(start.as_str())?;
            (rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric()))
                .then_some((*field, rest))
        })
    }

    /// Whether the word that differs is no word of headings itself.
    fn is_slip(&self, typed: &str, heading: &str) -> bool {
        let (a, b): (Vec<&str>, Vec<&str>) =
            (typed.split(' ').collect(), heading.split(' ').collect());
        a.len() != b.len()
            || a.iter()
                .zip(&b)
                .all(|(x, y)| x == y || !self.said.contains(*x))
    }

    /// The one field with a heading that differs by one letter.
    pub(super) fn typo(&self, bare: &str) -> Option<Field> {
        let letters = bare.chars().count();
        if letters < 8 {
            return None;
        }
        let mut found = None;
        for length in letters - 1..=letters + 1 {
            for (heading, field) in self.by_first.get(&length).into_iter().flatten() {
                if one_letter_apart(heading, bare) && self.is_slip(bare, heading) {
                    if found.is_some_and(|f| f != *field) {
                        return None;
                    }
                    found = Some(*field);
                }
            }
        }
        found
    }
}

/// Whether two texts differ by one letter put in, left out, replaced, or by two neighbours exchanged.
pub(super) fn one_letter_apart(a: &str, b: &str) -> bool {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[start..]
        .iter()
        .rev()
        .zip(b[start..].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (x, y) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    match (x.len(), y.len()) {
        (0, 0 | 1) | (1, 0 | 1) => true,
        (2, 2) => x[0] == y[1] && x[1] == y[0],
        _ => false,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    heading: BTreeMap<Field, Vec<String>>,
    kpi_heading: BTreeMap<Field, Vec<String>>,
    ambiguous: HashMap<Ambiguous, Vec<String>>,
    heading_short: BTreeMap<String, String>,
    heading_words: Vec<RawHeadingWords>,
    foreign: RawForeign,
    whole: RawWhole,
    label: RawLabel,
    row: RawRow,
    unit: RawUnit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHeadingWords {
    field: Field,
    any: Vec<String>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
}

impl From<&RawHeadingWords> for HeadingWords {
    fn from(raw: &RawHeadingWords) -> Self {
        let both = |words: &[String]| words.iter().map(|w| [key(w), bare(w)]).collect();
        Self {
            field: raw.field,
            any: both(&raw.any),
            with: both(&raw.with),
            none: both(&raw.none),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawForeign {
    summary: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWhole {
    only: Vec<String>,
    soft: Vec<String>,
    before: Vec<String>,
    actual: Vec<String>,
    planned: Vec<String>,
    planned_child: Vec<String>,
    actual_child: Vec<String>,
    done_child: Vec<String>,
    changed: Vec<String>,
    draft: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLabel {
    unit: Vec<String>,
    period: Vec<String>,
    enclosure: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    total: Vec<String>,
    total_start: Vec<String>,
    page: Vec<String>,
    footer_start: Vec<String>,
    footer: Vec<String>,
    group_word: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUnit {
    everyone: Vec<String>,
    set: Vec<String>,
    concerned: Vec<String>,
    leaders: Vec<String>,
    collective: Vec<String>,
    head: Vec<String>,
    person: Vec<String>,
    own: Vec<String>,
    role_before: Vec<String>,
    role_behind: Vec<String>,
    helps: Vec<String>,
    leads: Vec<String>,
    unsure: Vec<String>,
    post: Vec<String>,
    several: Vec<String>,
    everyone_any: Vec<String>,
    everyone_words: Vec<String>,
    prefix: BTreeMap<String, String>,
    short: BTreeMap<String, String>,
}

impl AnnexWords {
    /// The embedded words, parsed once.
    ///
    /// # Panics
    /// When the embedded file does not parse: a defect, caught by a test.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static WORDS: OnceLock<AnnexWords> = OnceLock::new();
        WORDS.get_or_init(|| Self::parse(ANNEX_TOML).expect("config/annex.toml parses"))
    }

    /// Reads the words of an annex.
    ///
    /// # Errors
    /// What the file lacks or has too much, by line.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let raw: Raw = toml::from_str(text)?;
        let whole: HashSet<String> = raw.whole.only.iter().map(|w| key(w)).collect();
        let mut task = HeadingBook::default();
        let mut kpi = HeadingBook::default();
        for (field, headings) in &raw.kpi_heading {
            for heading in headings {
                kpi.add(*field, heading, &whole);
            }
        }
        for (field, headings) in &raw.heading {
            for heading in headings {
                task.add(*field, heading, &whole);
                if kpi.exact(&key(heading)).is_none() {
                    kpi.add(*field, heading, &whole);
                }
            }
        }
        let mut ambiguous = HashMap::new();
        for (kind, headings) in &raw.ambiguous {
            for heading in headings {
                ambiguous.insert(key(heading), *kind);
                ambiguous.insert(bare(heading), *kind);
            }
        }
        let unit = UnitWords::new(raw.unit);
        let summary: HashSet<String> = raw.foreign.summary.iter().map(|w| key(w)).collect();
        let known = task.keys.keys().chain(kpi.keys.keys());
        let known = known.chain(ambiguous.keys()).chain(&summary);
        let heading_letters = known.map(|k| letters(k)).max().unwrap_or(0);
        Ok(Self {
            heading_letters,
            task: task.finish(),
            kpi: kpi.finish(),
            ambiguous,
            summary,
            heading_short: raw
                .heading_short
                .iter()
                .flat_map(|(short, long)| [(key(short), key(long)), (bare(short), key(long))])
                .collect(),
            by_words: raw.heading_words.iter().map(HeadingWords::from).collect(),
            soft: raw
                .whole
                .soft
                .iter()
                .flat_map(|w| [key(w), bare(w)])
                .collect(),
            before: bares(&raw.whole.before),
            actual: bares(&raw.whole.actual),
            planned: bares(&raw.whole.planned),
            planned_child: bares(&raw.whole.planned_child).into_iter().collect(),
            actual_child: bares(&raw.whole.actual_child).into_iter().collect(),
            done_child: bares(&raw.whole.done_child).into_iter().collect(),
            changed: bares(&raw.whole.changed),
            draft: bares(&raw.whole.draft),
            unit_labels: raw.label.unit.iter().map(|w| bare(w)).collect(),
            period_labels: raw.label.period.iter().map(|w| bare(w)).collect(),
            enclosure: bares(&raw.label.enclosure),
            total: raw.row.total.iter().map(|w| key(w)).collect(),
            total_start: keys(&raw.row.total_start),
            page: raw.row.page.iter().map(|w| key(w)).collect(),
            footer_start: keys(&raw.row.footer_start),
            footer: raw.row.footer.iter().map(|w| key(w)).collect(),
            group_word: bares(&raw.row.group_word),
            unit,
        })
    }
}

impl UnitWords {
    fn new(raw: RawUnit) -> Self {
        Self {
            everyone: raw.everyone,
            set: bares(&raw.set),
            concerned: bares(&raw.concerned),
            leaders: raw.leaders,
            collective: raw
                .collective
                .iter()
                .map(|c| super::unit_names::squeeze(&bare(c)))
                .collect(),
            head: raw.head.iter().map(|w| bare(w)).collect(),
            person: bares(&raw.person),
            prefix: raw.prefix.iter().map(|(k, v)| (bare(k), bare(v))).collect(),
            prefix_said: raw
                .prefix
                .iter()
                .map(|(k, v)| (bare(k), v.clone()))
                .collect(),
            short: raw.short.iter().map(|(k, v)| (bare(k), bare(v))).collect(),
            own: longest_first(&raw.own),
            role_before: longest_first(&raw.role_before),
            role_behind: longest_first(&raw.role_behind),
            helps: by_words(&raw.helps),
            leads: by_words(&raw.leads),
            unsure: keys(&raw.unsure),
            post: longest_first(&raw.post),
            several: bares(&raw.several),
            everyone_any: bares(&raw.everyone_any),
            everyone_words: raw.everyone_words.iter().map(|w| bare(w)).collect(),
        }
    }
}

fn longest_first(words: &[String]) -> Vec<String> {
    let mut out = bares(words);
    out.sort_by_key(|w| std::cmp::Reverse(w.len()));
    out
}

fn by_words(texts: &[String]) -> Vec<Vec<String>> {
    let words = |text: &String| text.split(' ').map(str::to_owned).collect();
    longest_first(texts).iter().map(words).collect()
}

fn bares(words: &[String]) -> Vec<String> {
    words.iter().map(|w| bare(w)).collect()
}

fn keys(words: &[String]) -> Vec<String> {
    words.iter().map(|w| key(w)).collect()
}
