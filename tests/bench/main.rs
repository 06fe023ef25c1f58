//! `cargo bench`: what a scan costs beside a bare parse of the same plan. Every measurement is a process
//! of its own, so that peak memory is its own too. Times are noisy; the ratios are what counts.
//!
//! `cargo bench -- 1000 10000` measures plans of about these many resources (default: 1k, 10k, 100k).

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a program for developers that measures time and prints"
)]

mod generate;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cpu_time::ProcessTime;

use hfscan::evaluate::RuleSet;
use hfscan::finding::judge::{self, Context};
use hfscan::pipeline::{self, Candidate, Selection};
use hfscan::relate;

/// Peak memory may be this many times the file, CPU this many times the bare parse.
const BUDGET: &str = "budget: total CPU at most 8 x the bare parse, peak memory at most 6 x the file";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("--write") => write(&arguments[1], arguments[2].parse().unwrap(), arguments.get(3).map(String::as_str)),
        Some("--child") => child(&arguments[1], Path::new(&arguments[2]), arguments[3].parse().unwrap()),
        _ => parent(&arguments),
    }
}

/// `cargo bench -- --write FILE SIZE [VIOLATING-PLAN]`: keeps a large plan, every stack of it broken or none.
fn write(file: &str, size: usize, broken: Option<&str>) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/environments/ha-eks/plan.json");
    let plan = broken.map_or(fixture, PathBuf::from);
    let plan: serde_json::Value = serde_json::from_str(&fs::read_to_string(plan).unwrap()).unwrap();
    let instances = size.div_ceil(generate::stack_size(&plan));
    let mut out = BufWriter::new(File::create(file).unwrap());
    generate::write_plan(&plan, &plan, instances, |_| false, &mut out).unwrap();
    out.flush().unwrap();
}

fn parent(arguments: &[String]) {
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|size| size.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1_000, 10_000, 100_000];
    }
    let folder = tempfile::tempdir().unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/environments/ha-eks/plan.json");
    let plan: serde_json::Value = serde_json::from_str(&fs::read_to_string(&fixture).unwrap()).unwrap();
    let stack = generate::stack_size(&plan);
    println!("{BUDGET}\n");
    startup();
    for size in sizes {
        let instances = size.div_ceil(stack);
        let file = folder.path().join(format!("plan-{size}.json"));
        let mut out = BufWriter::new(File::create(&file).unwrap());
        generate::write_plan(&plan, &plan, instances, |_| false, &mut out).unwrap();
        out.flush().unwrap();
        measure(&file, instances * stack);
        fs::remove_file(&file).unwrap();
    }
}

/// An empty scan: how long it takes until something can be judged.
fn startup() {
    let empty = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/malformed/empty-plan.json");
    let start = Instant::now();
    Command::new(env!("CARGO_BIN_EXE_hfscan")).arg("scan").arg(&empty).args(["--profile", "ha-eks"]).output().unwrap();
    println!("empty scan: {:.0} ms wall (budget 50 ms)\n", start.elapsed().as_secs_f64() * 1e3);
}

fn measure(file: &Path, resources: usize) {
    let bytes = fs::metadata(file).unwrap().len() as f64;
    println!("== {resources} resources, {:.1} MB", bytes / 1e6);
    let bare = run("parse", file, 1);
    let one = run("scan", file, 1);
    let two = run("scan", file, 2);
    let total = one.cpu();
    println!("   bare serde_json parse into Value   {:8.0} ms CPU   {:7.1} MB peak", bare.cpu(), bare.peak_megabytes);
    println!(
        "   whole scan, one thread             {total:8.0} ms CPU   {:7.1} MB peak   = {:.1} x the parse, {:.1} x the file, {:.1} us a resource",
        one.peak_megabytes,
        total / bare.cpu(),
        one.peak_megabytes * 1e6 / bytes,
        total * 1e3 / resources as f64,
    );
    for (stage, with_two) in one.stages.iter().zip(&two.stages) {
        println!(
            "     {:<10} {:8.0} ms  {:5.1} %   two threads {:.2} x   {}",
            stage.name,
            stage.cpu,
            100.0 * stage.cpu / total,
            stage.wall / with_two.wall,
            stage.note,
        );
    }
    println!();
    if resources < 20_000 {
        println!("   dearest rules, with the view of the resource:");
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--child", "rules", file.to_str().unwrap(), "1"])
            .output()
            .unwrap();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            println!("     {line}");
        }
        println!();
    }
}

/// One stage: CPU and wall time in milliseconds, and what it made.
struct Measure {
    name: String,
    cpu: f64,
    wall: f64,
    note: String,
}

/// What a child measured by stage, and its peak memory.
struct Measured {
    stages: Vec<Measure>,
    peak_megabytes: f64,
}

impl Measured {
    fn cpu(&self) -> f64 {
        self.stages.iter().map(|stage| stage.cpu).sum()
    }
}

fn run(what: &str, file: &Path, threads: usize) -> Measured {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--child", what, file.to_str().unwrap(), &threads.to_string()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut measured = Measured { stages: Vec::new(), peak_megabytes: 0.0 };
    for line in text.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        if words[0] == "peak" {
            measured.peak_megabytes = words[1].parse().unwrap();
        } else {
            measured.stages.push(Measure {
                name: words[0].to_owned(),
                cpu: words[1].parse().unwrap(),
                wall: words[2].parse().unwrap(),
                note: words.get(3).unwrap_or(&"").to_string(),
            });
        }
    }
    measured
}

fn child(what: &str, file: &Path, threads: usize) {
    rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(16 << 20).build_global().unwrap();
    if what == "rules" {
        dearest(file);
        return;
    }
    if what == "parse" {
        let start = Stage::start();
        let text = fs::read_to_string(file).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        start.end("parse", "");
        drop(value);
    } else {
        scan(file);
    }
    println!("peak {}", peak_megabytes());
}

/// How often each rule is run to be measured.
const RUNS: u32 = 10;

/// Evaluates each rule alone, and prints the dearest.
fn dearest(file: &Path) {
    let selection = Selection { profile: Some("ha-eks".to_owned()), ..Selection::default() };
    let selected = pipeline::rules(&selection).unwrap();
    let inputs = [Candidate { path: PathBuf::from(file), named: true }];
    let collected = pipeline::collect(&inputs).unwrap();
    let inventory = relate::relate(collected.resources, collected.gaps, false);
    let nothing = relate::relate(Vec::new(), Vec::new(), false);
    let mut costs = Vec::new();
    for rule in &selected.rules {
        let mut one = selected.clone();
        one.rules = vec![rule.clone()];
        let rule_set = RuleSet::compile(&one).unwrap();
        // The first run compiles the rule; a run without resources shows what the threads cost.
        rule_set.evaluate(&inventory);
        let start = ProcessTime::now();
        for _ in 0..RUNS {
            rule_set.evaluate(&nothing);
        }
        let idle = start.elapsed();
        let start = ProcessTime::now();
        let mut verdicts = Vec::new();
        for _ in 0..RUNS {
            verdicts = rule_set.evaluate(&inventory);
        }
        let each = start.elapsed().saturating_sub(idle).as_secs_f64() * 1e6 / f64::from(RUNS);
        let each = each / verdicts.len().max(1) as f64;
        costs.push((each, rule.rule.id.to_string(), verdicts.len()));
    }
    costs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (each, rule, verdicts) in costs.iter().take(15) {
        println!("{each:6.1} us  {rule} ({verdicts} verdicts)");
    }
}

fn scan(file: &Path) {
    let start = Stage::start();
    let selection = Selection { profile: Some("ha-eks".to_owned()), ..Selection::default() };
    let selected = pipeline::rules(&selection).unwrap();
    let rule_set = RuleSet::compile(&selected).unwrap();
    start.end("rules", "");

    let start = Stage::start();
    let inputs = [Candidate { path: PathBuf::from(file), named: true }];
    let collected = pipeline::collect(&inputs).unwrap();
    start.end("collect", "");

    let start = Stage::start();
    let inventory = relate::relate(collected.resources, collected.gaps, false);
    start.end("relate", "");

    let start = Stage::start();
    let verdicts = rule_set.evaluate(&inventory);
    let each = start.0.elapsed().as_secs_f64() * 1e6 / verdicts.len().max(1) as f64;
    start.end("evaluate", &format!("{} verdicts, {each:.1} us each", verdicts.len()));

    let start = Stage::start();
    let context = Context { inputs: collected.inputs, profile: selection.profile.clone(), all: false };
    let report = judge::judge(verdicts, &inventory, &selected.rules, context);
    start.end("judge", &format!("{} findings", report.findings.len()));

    let start = Stage::start();
    let mut out = Vec::new();
    serde_json::to_writer_pretty(&mut out, &report).unwrap();
    start.end("report", &format!("{:.1} MB of json", out.len() as f64 / 1e6));
}

/// A stage that runs: CPU time of the process, and wall time for what two threads gain.
struct Stage(ProcessTime, Instant);

impl Stage {
    fn start() -> Self {
        Self(ProcessTime::now(), Instant::now())
    }

    fn end(&self, name: &str, note: &str) {
        let (cpu, wall) = (self.0.elapsed().as_secs_f64() * 1e3, self.1.elapsed().as_secs_f64() * 1e3);
        println!("{name} {cpu:.3} {wall:.3} {note}");
    }
}

/// The kernel's count of this process's largest memory.
fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
