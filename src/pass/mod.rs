//! One pass: the core's only door. Pure: the same state, snapshot, settings and moment give the same result.

mod publications;
mod screen;
mod settled;
mod speech;
mod trial;

use std::collections::BTreeMap;

use crate::config::Config;
use crate::domain::assessment::{Assessment, RowVerdict};
use crate::domain::baseline::Baseline;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::{Consolidation, TrendPoint};
use crate::domain::finding::Finding;
use crate::domain::indicator::Indicator;
use crate::domain::ledger::{Event, Ledger, Version};
use crate::domain::notice::{OutboxEntry, SaidLedger};
use crate::domain::now::Now;
use crate::domain::secrets::Secrets;
use crate::domain::snapshot::{Role, SeenFile, Snapshot};
use crate::notices::{Plan, Templates};
use crate::rules::own::OwnRules;
use crate::text::Text;
use crate::vn::Words;
use crate::{intake, kpi, ledger, notices, outbox, rules, sheets};

pub use publications::{Stands, trial_folder};
pub use screen::{cleaned, forget, tells, traces};
pub use settled::is_settled;
pub use speech::{compose, plan};
use speech::{dedupe, foreseen_alarms, held_count, input, is_paused, refusal, speak};
pub use trial::{Trial, try_baseline};

/// What a pass stands on and leaves behind; the store keeps it.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What has been accepted.
    pub ledger: Ledger,
    /// What was said.
    pub said: SaidLedger,
    /// Mails to be delivered, oldest first; sent ones leave it.
    pub outbox: Vec<OutboxEntry>,
    /// Hash of what was last published, by path relative to the share.
    pub published: BTreeMap<String, String>,
    /// Roll-up of past days, oldest first; one point a day.
    pub trend: Vec<TrendPoint>,
    /// Newest events, newest first, bounded: for the log sheet.
    pub log: Vec<Event>,
}

/// What passes stand on, made anew when the settings are reloaded.
#[derive(Debug)]
pub struct Core {
    /// Settings.
    pub config: Config,
    /// Working days.
    pub calendar: Calendar,
    /// Our words.
    pub text: Text,
    /// The words people use.
    pub words: &'static Words,
    /// The unit's own rules.
    pub own: OwnRules,
    /// Tracked indicators.
    pub indicators: Vec<Indicator>,
    /// Mail templates.
    pub templates: Templates,
}

impl Core {
    /// The context of one pass.
    #[must_use]
    pub fn context<'a>(
        &'a self,
        alarms: &'a [String],
        released: bool,
        at_once: bool,
    ) -> Context<'a> {
        Context {
            config: &self.config,
            calendar: &self.calendar,
            text: &self.text,
            words: self.words,
            own: &self.own,
            indicators: &self.indicators,
            templates: &self.templates,
            alarms,
            released,
            at_once,
        }
    }

    /// What a reader of workbooks needs to know.
    #[must_use]
    pub fn read_context(&self) -> intake::ReadContext<'_> {
        intake::ReadContext {
            words: self.words,
            roster: &self.config.roster,
            plan: &self.config.plan,
            deadlines: &self.config.deadlines,
            calendar: &self.calendar,
            limits: &self.config.limits,
        }
    }
}

/// What every pass needs besides.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Settings.
    pub config: &'a Config,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Our words.
    pub text: &'a Text,
    /// The words people use.
    pub words: &'a Words,
    /// The unit's own rules.
    pub own: &'a OwnRules,
    /// Tracked indicators.
    pub indicators: &'a [Indicator],
    /// Mail templates.
    pub templates: &'a Templates,
    /// Alarms of the shell for the operator's digest, one line each.
    pub alarms: &'a [String],
    /// A person released what the fuse held.
    pub released: bool,
    /// The hour of day does not matter (`annexd once`).
    pub at_once: bool,
}

impl<'a> Context<'a> {
    /// What the rules look at, without an approved annex.
    fn judged<'b>(&self, files: &'b [SeenFile], ledger: &'b Ledger, now: &Now) -> rules::Input<'b>
    where
        'a: 'b,
    {
        rules::Input {
            files,
            baseline: None,
            ledger,
            as_of: now.as_of,
            config: self.config,
            calendar: self.calendar,
            words: self.words,
            own: self.own,
            indicators: self.indicators,
        }
    }
}

/// A file to be published, atomically, if its bytes differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Path relative to the share.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What the shell must do, in this order: publish, commit, deliver.
#[derive(Clone, Debug)]
pub struct Effects {
    /// Files to publish, once they are rendered.
    pub publications: Vec<Publication>,
    /// Paths of workbooks that stand on the share as they would be rendered.
    pub standing: Vec<String>,
    /// A hash of what each was made from, by path, where that is told.
    pub digests: BTreeMap<String, String>,
    /// Trial drops to be answered.
    pub trials: Vec<Trial>,
    /// Events to append to the history.
    pub events: Vec<Event>,
    /// Workbook versions that arrived; their bytes go to the vault.
    pub versions: Vec<Version>,
    /// Everything as of the day.
    pub consolidation: Consolidation,
    /// Why nothing is published (an imbalance), if so.
    pub refused: Option<String>,
    /// Alarms for the operator, one line each.
    pub alarms: Vec<String>,
    /// Mails queued by this pass.
    pub queued: u32,
    /// Alarms that the next pass gives the operator's digest: those it could not tell, and those found after it was written.
    pub carried: Vec<String>,
    /// Mails that the fuse holds.
    pub held: u32,
    /// Nothing could go out at this moment: a rest day, quiet hours, before the hour.
    pub paused: bool,
    /// Rows that are state secrets: what was kept of them before must go.
    pub secrets: Secrets,
}

/// Judges a snapshot without effect: what `check` shows and what every pass begins with.
#[must_use]
pub fn assess(
    ledger: &Ledger,
    snapshot: &Snapshot,
    now: &Now,
    cx: &Context<'_>,
) -> (Option<Baseline>, Assessment) {
    let secrets = screen::secrets(ledger, snapshot, now, cx);
    if secrets.is_empty() && secrets.hushed == ledger.hushed {
        return judge(ledger, snapshot, &secrets, now, cx);
    }
    let ledger = screen::ledger(ledger, &secrets);
    judge(
        &ledger,
        &screen::snapshot(snapshot, &secrets),
        &secrets,
        now,
        cx,
    )
}

/// Judges a snapshot in which no secret is left.
fn judge(
    ledger: &Ledger,
    snapshot: &Snapshot,
    secrets: &Secrets,
    now: &Now,
    cx: &Context<'_>,
) -> (Option<Baseline>, Assessment) {
    let (approved, others): (Vec<&SeenFile>, Vec<&SeenFile>) = snapshot
        .files
        .iter()
        .partition(|f| f.role == Role::Baseline);
    let files: Vec<SeenFile> = others.into_iter().cloned().collect();
    let input = cx.judged(&files, ledger, now);
    let (baseline, remarks) = rules::baseline(&approved, &input);
    let mut assessment = rules::assess(&rules::Input {
        baseline: baseline.as_ref(),
        ..input
    });
    assessment.findings.extend(remarks);
    assessment
        .findings
        .retain(|f| !screen::tells_of_a_tried_secret(f, secrets));
    (baseline, assessment)
}

/// What a pass makes of the ledger.
struct Computed {
    trials: Vec<trial::Trial>,
    ledger: Ledger,
    events: Vec<Event>,
    versions: Vec<Version>,
    log: Vec<Event>,
    /// What does not agree between the stages.
    lost: Vec<sheets::Imbalance>,
}

impl Computed {
    /// The control account from the readings to the task list.
    fn balance(&self, consolidation: &Consolidation) -> Result<(), Vec<sheets::Imbalance>> {
        let mut wrong = self.lost.clone();
        wrong.extend(sheets::balance(consolidation).err().unwrap_or_default());
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Judges a snapshot and computes everything as of the day; also the troubles of the unit's own rules.
fn compute(
    state: &State,
    snapshot: &Snapshot,
    secrets: &Secrets,
    now: &Now,
    cx: &Context<'_>,
) -> (Computed, Consolidation, Vec<String>) {
    let (baseline, mut assessment) = judge(&state.ledger, snapshot, secrets, now, cx);
    let baseline = baseline.as_ref();
    let trials = trial::apart(&mut assessment, snapshot, baseline, &state.ledger, now, cx);
    let judged: Vec<SeenFile> = snapshot
        .files
        .iter()
        .filter(|f| f.role != Role::Baseline)
        .cloned()
        .collect();
    let (ledger, events, versions) = ledger::advance(
        &state.ledger,
        &assessment,
        &judged,
        baseline,
        now,
        cx.config,
    );
    let rows = usize::try_from(cx.config.limits.log_rows).unwrap_or(usize::MAX);
    let newest = events.iter().rev().chain(&state.log);
    let log: Vec<Event> = newest.take(rows).cloned().collect();
    let consolidation = kpi::consolidate(&kpi::Input {
        ledger: &ledger,
        assessment: &assessment,
        baseline,
        files: &snapshot.files,
        as_of: now.as_of,
        config: cx.config,
        calendar: cx.calendar,
        indicators: cx.indicators,
        log: &log,
        trend: &state.trend,
        oddities: &snapshot.oddities,
    });
    let computed = Computed {
        lost: sheets::flow(&snapshot.files, &assessment, &ledger),
        trials,
        ledger,
        events,
        versions,
        log,
    };
    (computed, consolidation, assessment.troubles)
}

/// Advances the state by one snapshot, and renders what is to be published.
#[must_use]
pub fn advance(
    state: &State,
    snapshot: &Snapshot,
    now: &Now,
    cx: &Context<'_>,
) -> (State, Effects) {
    let (next, mut effects) = decide(state, snapshot, now, cx);
    render(&mut effects, snapshot.clone(), cx, &|_, _| false);
    (next, effects)
}

/// Renders what a pass publishes; `stands` tells of workbooks that need not be made again. The snapshot is let go on the way.
pub fn render(effects: &mut Effects, snapshot: Snapshot, cx: &Context<'_>, stands: &Stands<'_>) {
    if effects.refused.is_some() {
        return;
    }
    let snapshot = if effects.secrets.is_empty() {
        snapshot
    } else {
        screen::snapshot(&snapshot, &effects.secrets)
    };
    let all = publications::all(
        &effects.consolidation,
        &effects.trials,
        snapshot,
        cx,
        stands,
    );
    effects.publications = all.fresh;
    effects.standing = all.standing;
    effects.digests = all.digests;
    effects.alarms.extend(all.failed.iter().cloned());
    effects.carried.extend(all.failed);
    dedupe(&mut effects.carried);
}

/// Paths of all that a pass publishes, whether it is rendered yet or not.
#[must_use]
pub fn paths(effects: &Effects, config: &Config) -> Vec<String> {
    if effects.refused.is_some() {
        return Vec::new();
    }
    publications::paths(&effects.consolidation, &effects.trials, config)
}

/// Advances the state by one snapshot; nothing is rendered yet.
#[must_use]
pub fn decide(state: &State, snapshot: &Snapshot, now: &Now, cx: &Context<'_>) -> (State, Effects) {
    let screened = screen::screen(state, snapshot, now, cx);
    let (state, snapshot) = (&*screened.state, &*screened.snapshot);
    let (computed, consolidation, troubles) = compute(state, snapshot, &screened.secrets, now, cx);
    if let Err(imbalances) = computed.balance(&consolidation) {
        return refuse(
            state,
            consolidation,
            &imbalances,
            screened.secrets.clone(),
            now,
            cx,
        );
    }
    let mut alarms = foreseen_alarms(&consolidation, troubles, cx);
    let said = speak(state, &consolidation, &alarms, now, cx);
    let (held, paused) = (held_count(&said.plan), is_paused(&said.plan));
    let mut carried = notices::untold_alarms(&said.plan.said, cx.config, &alarms);
    alarms.extend(said.wave);
    let late = alarms.len();
    alarms.extend(said.problems);
    let next = State {
        ledger: computed.ledger,
        said: said.plan.said,
        outbox: said.outbox,
        published: state.published.clone(),
        trend: consolidation.trend.clone(),
        log: computed.log,
    };
    carried.extend(alarms[late..].iter().cloned());
    dedupe(&mut carried);
    let effects = Effects {
        publications: Vec::new(),
        standing: Vec::new(),
        digests: BTreeMap::new(),
        trials: computed.trials,
        events: computed.events,
        versions: computed.versions,
        consolidation,
        refused: None,
        alarms,
        queued: said.queued,
        carried,
        held,
        paused,
        secrets: screened.secrets.clone(),
    };
    (next, effects)
}

/// What `advance` would say: its plan and the consolidation behind it, without publications.
#[must_use]
pub fn foresee(
    state: &State,
    snapshot: &Snapshot,
    now: &Now,
    cx: &Context<'_>,
) -> (Plan, Consolidation) {
    let screened = screen::screen(state, snapshot, now, cx);
    let (state, snapshot) = (&*screened.state, &*screened.snapshot);
    let (computed, consolidation, troubles) = compute(state, snapshot, &screened.secrets, now, cx);
    if let Err(imbalances) = computed.balance(&consolidation) {
        let alarms = refusal(&imbalances, cx);
        let plan = notices::plan_alarms(&input(&state.said, &consolidation, &alarms, &[], now, cx));
        return (plan, consolidation);
    }
    let alarms = foreseen_alarms(&consolidation, troubles, cx);
    (plan(state, &consolidation, &alarms, now, cx), consolidation)
}

/// An imbalance is a defect of ours: nothing is published, nothing is accepted, the operator alone is told.
fn refuse(
    state: &State,
    consolidation: Consolidation,
    imbalances: &[sheets::Imbalance],
    secrets: Secrets,
    now: &Now,
    cx: &Context<'_>,
) -> (State, Effects) {
    let alarms = refusal(imbalances, cx);
    let plan = notices::plan_alarms(&input(&state.said, &consolidation, &alarms, &[], now, cx));
    let composed = compose(&plan, &consolidation, now, cx);
    let carried = notices::untold_alarms(&plan.said, cx.config, &alarms);
    let mut next = state.clone();
    let queued = outbox::enqueue(&mut next.outbox, composed.mails);
    next.said = plan.said;
    let effects = Effects {
        publications: Vec::new(),
        standing: Vec::new(),
        digests: BTreeMap::new(),
        trials: Vec::new(),
        events: Vec::new(),
        versions: Vec::new(),
        consolidation,
        refused: alarms.first().cloned(),
        alarms,
        queued: u32::try_from(queued).unwrap_or(u32::MAX),
        carried,
        held: 0,
        paused: true,
        secrets,
    };
    (next, effects)
}

/// Rebuilds the consolidation of a past day from the history: its ledger, without the findings of that day's files.
#[must_use]
pub fn rebuild(
    ledger: &Ledger,
    held: Vec<RowVerdict>,
    baseline: Option<&Baseline>,
    log: &[Event],
    trend: &[TrendPoint],
    now: &Now,
    cx: &Context<'_>,
) -> Consolidation {
    let assessment = Assessment {
        departments: publications::departments(ledger, cx.config),
        findings: Vec::<Finding>::new(),
        rows: held,
        ..Assessment::default()
    };
    kpi::consolidate(&kpi::Input {
        ledger,
        assessment: &assessment,
        baseline,
        files: &[],
        as_of: now.as_of,
        config: cx.config,
        calendar: cx.calendar,
        indicators: cx.indicators,
        log,
        trend,
        oddities: &[],
    })
}
