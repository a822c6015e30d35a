//! Mails as people get them: golden text and HTML, headers, templates replaced and broken.

use std::collections::BTreeMap;
use std::path::PathBuf;

use annexd::domain::consolidation::Consolidation;
use annexd::domain::finding::Severity;
use annexd::domain::notice::Mail;
use annexd::notices::{BUILT_IN, Plan, Templates, compose};
use annexd::text::Text;
use jiff::civil::{Date, date};

use super::fixture::{Board, finding, now, set_due, task};

fn mails(board: &Board, plan: &Plan, consolidation: &Consolidation) -> Vec<Mail> {
    let templates = Templates::new(BTreeMap::new()).unwrap();
    let composed = compose(
        &plan.decisions,
        &plan.said,
        consolidation,
        &board.config,
        &Text::embedded(),
        &templates,
        &now(consolidation.as_of, 7, 30),
    );
    assert_eq!(composed.problems, []);
    composed.mails
}

fn mails_on(board: &mut Board, day: Date) -> Vec<Mail> {
    let plan = board.pass(day);
    let consolidation = board.consolidation(day);
    mails(board, &plan, &consolidation)
}

fn golden_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/mail")
        .join(name)
}

fn compare(name: &str, text: &str) {
    let path = golden_path(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        wanted == text,
        "{name} differs from its golden; look at it and run UPDATE=1 cargo test. Now:\n{text}"
    );
}

fn golden(name: &str, mail: &Mail) {
    let head = format!(
        "To: {}\nSubject: {}\nMessage-ID: {}\nIn-Reply-To: {}\nFile: {}\n\n",
        mail.to,
        mail.subject,
        mail.message_id,
        mail.in_reply_to.as_deref().unwrap_or("-"),
        mail.name,
    );
    compare(&format!("{name}.txt"), &format!("{head}{}", mail.text));
    compare(&format!("{name}.html"), &mail.html);
}

/// A board with something of everything.
fn busy() -> Board {
    let mut board = Board::new();
    let content = [
        (
            "I.1",
            "Rà soát, đơn giản hóa thủ tục hành chính lĩnh vực đầu tư tại khu kinh tế, trình cấp có thẩm quyền công bố",
            "QLDT",
            date(2026, 7, 3),
        ),
        (
            "I.4",
            "Tham mưu ban hành quy chế phối hợp giải quyết thủ tục hành chính theo cơ chế một cửa liên thông",
            "QLDT",
            date(2026, 7, 15),
        ),
        (
            "II.2",
            "Tổ chức hội nghị đối thoại với doanh nghiệp trong khu kinh tế",
            "QLDT",
            date(2026, 7, 22),
        ),
        (
            "II.5",
            "Cập nhật cơ sở dữ liệu doanh nghiệp <khu kinh tế> & khu công nghiệp",
            "QLDN",
            date(2026, 7, 16),
        ),
        (
            "III.1",
            "Báo cáo kết quả cải cách hành chính 6 tháng đầu năm",
            "VP",
            date(2026, 6, 19),
        ),
        (
            "III.3",
            "Xây dựng kế hoạch tự kiểm tra công tác cải cách hành chính",
            "VP",
            date(2026, 8, 31),
        ),
    ];
    for (id, words, lead, due) in content {
        let mut t = task(id, lead, due);
        t.row.values.content = words.to_owned();
        board.tasks.push(t);
    }
    let done = &mut board.tasks[4].row.values;
    done.completed = Some(date(2026, 6, 18));
    board.tasks[1].row.values.deadline_text = "Giữa tháng 7/2026".to_owned();
    let late = &mut board.tasks[0].row.values;
    late.commit_date = Some(date(2026, 7, 31));
    late.explanation = "Đang chờ ý kiến thẩm định của Sở Tư pháp".to_owned();
    board.tasks[1].row.stale = true;
    board
}

fn to<'a>(mails: &'a [Mail], address: &str) -> &'a Mail {
    mails.iter().find(|m| m.to == address).unwrap()
}

#[test]
fn digests_read_as_a_careful_office_would_write() {
    // Monday 20/7/2026.
    let mut board = busy();
    let mut held = finding("U01", Severity::Error, "QLDN");
    held.own_message = Some("Tiến độ phải từ 0 đến 100.".to_owned());
    board.findings.push(held);
    board.findings.push(finding("L02", Severity::Warning, "VP"));
    board
        .alarms
        .push("the output folder cannot be written".to_owned());
    let mails = mails_on(&mut board, date(2026, 7, 20));
    golden("owner", to(&mails, "qldt@example.vn"));
    golden("head", to(&mails, "truongphong.qldt@example.vn"));
    golden("owner_and_head", to(&mails, "qldn@example.vn"));
    golden("leader", to(&mails, "truongban@example.vn"));
    golden("office", to(&mails, "vanphong@example.vn"));
    golden("operator", to(&mails, "quantri@example.vn"));
    // What is settled, what moved, and a repeat in its thread.
    let values = &mut board.tasks[1].row.values;
    values.completed = Some(date(2026, 7, 20));
    set_due(&mut board.tasks[2].row.values, date(2026, 9, 30));
    board.tasks[5].unreported = true;
    board.findings.clear();
    let mails = mails_on(&mut board, date(2026, 8, 20));
    golden("owner_next", to(&mails, "qldt@example.vn"));
    assert_eq!(
        to(&mails, "qldt@example.vn").in_reply_to.as_deref(),
        Some(
            annexd::notices::message_id("qldt@example.vn", date(2026, 7, 20), "example.vn")
                .as_str()
        )
    );
    golden("office_next", to(&mails, "vanphong@example.vn"));
}

#[test]
fn mails_are_the_same_bytes_each_time_and_carry_the_headers() {
    let mut one = busy();
    let mut two = busy();
    let day = date(2026, 7, 20);
    let (a, b) = (mails_on(&mut one, day), mails_on(&mut two, day));
    let at = now(day, 7, 30).instant;
    let from = one.config.mail.from.clone();
    for (a, b) in a.iter().zip(&b) {
        let bytes = annexd::shell::mailer::eml_bytes(a, &from, at).unwrap();
        assert_eq!(
            bytes,
            annexd::shell::mailer::eml_bytes(b, &from, at).unwrap()
        );
        let eml = String::from_utf8(bytes).unwrap();
        assert!(eml.is_ascii());
        for header in [
            "Auto-Submitted: auto-generated\r\n",
            "List-Id: <annexd.example.vn>\r\n",
            "Date: Mon, 20 Jul 2026 00:30:00 +0000\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(eml.contains(header), "{header} in\n{eml}");
        }
        assert!(eml.contains(&format!("Message-ID: <{}>\r\n", a.message_id)));
    }
}

#[test]
fn nothing_remote_and_nothing_active_in_html() {
    for (name, text) in BUILT_IN.iter().filter(|(n, _)| n.ends_with(".html")) {
        let lower = text.to_lowercase();
        for word in [
            "<img", "<script", "<link", "http://", "https://", "url(", "<style", "@import",
        ] {
            assert!(!lower.contains(word), "{name} holds {word}");
        }
    }
}

#[test]
fn words_of_departments_are_text_and_never_reach_a_header() {
    let mut board = Board::new();
    let mut evil = task("A\r\nBcc: x@example.org", "QLDT", date(2026, 7, 10));
    evil.row.values.content = "<script>alert(1)</script>\r\nBcc: x@example.org".to_owned();
    board.tasks.push(evil);
    board.alarms.push("line\r\nBcc: x@example.org".to_owned());
    board
        .refused
        .push(("x@example.org".to_owned(), "550 no\r\nBcc: y".to_owned()));
    let day = date(2026, 7, 21);
    for mail in mails_on(&mut board, day) {
        assert!(!mail.html.contains("<script>"));
        assert!(mail.subject.chars().count() <= 150);
        assert!(!mail.subject.contains(char::is_control));
        let bytes = annexd::shell::mailer::eml_bytes(
            &mail,
            "A\r\nBcc: q@x <annexd@example.vn>",
            now(day, 8, 0).instant,
        )
        .unwrap();
        let head = String::from_utf8(bytes).unwrap();
        let head = head.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|l| l.starts_with("Bcc")), "{head}");
    }
}

#[test]
fn a_replaced_template_is_used_and_a_wrong_one_named_with_its_line() {
    let own = BTreeMap::from([(
        "digest.txt".to_owned(),
        "Xin chào {{ greeting }}\n".to_owned(),
    )]);
    let templates = Templates::new(own).unwrap();
    let mut board = busy();
    let day = date(2026, 7, 20);
    let plan = board.pass(day);
    let composed = compose(
        &plan.decisions,
        &plan.said,
        &board.consolidation(day),
        &board.config,
        &Text::embedded(),
        &templates,
        &now(day, 8, 0),
    );
    assert!(
        composed
            .mails
            .iter()
            .all(|m| m.text.starts_with("Xin chào "))
    );
    for (name, text, line) in [
        ("digest.txt", "một\n{{ greting }}\n", 2),
        (
            "overdue.html",
            "một\n\n{% for t in section.tasks %}\n{{ t.codde }}\n{% endfor %}\n",
            4,
        ),
        ("digest.html", "{% if %}", 1),
    ] {
        let wrong = BTreeMap::from([(name.to_owned(), text.to_owned())]);
        let error = Templates::new(wrong).unwrap_err();
        assert_eq!(
            (error.template.as_str(), error.line),
            (name, line),
            "{error}"
        );
    }
    let unknown = BTreeMap::from([("digets.txt".to_owned(), String::new())]);
    assert_eq!(Templates::new(unknown).unwrap_err().template, "digets.txt");
}

#[test]
fn the_preview_prints_every_reason() {
    let mut board = busy();
    board
        .findings
        .push(finding("U01", Severity::Explain, "QLDT"));
    let day = date(2026, 7, 20);
    let plan = board.look(day);
    let consolidation = board.consolidation(day);
    let text = Text::embedded();
    compare(
        "preview.list",
        &annexd::cli::notices::print(&plan, &consolidation, &text, false),
    );
    let json = annexd::cli::notices::print(&plan, &consolidation, &text, true);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["notices"].as_array().unwrap().len(),
        plan.decisions.len()
    );
    assert_eq!(json["as_of"], "2026-07-20");
}

#[test]
fn a_report_held_from_the_start_is_named_as_unknown_and_nothing_accepted_is_claimed() {
    let mut board = Board::new();
    let mut held = task("A", "QLDT", date(2026, 7, 10));
    held.row.version.clear();
    board.tasks.push(held);
    let day = date(2026, 7, 20);
    let plan = board.pass(day);
    let mut consolidation = board.consolidation(day);
    consolidation
        .held
        .insert("A".to_owned(), vec!["T09".to_owned()]);
    consolidation.held_done.insert("A".to_owned());
    let mails = mails(&board, &plan, &consolidation);
    let mail = to(&mails, "ptb@example.vn");
    for part in [&mail.text, &mail.html] {
        let part = part.to_lowercase();
        assert!(
            part.contains("báo cáo đang tạm giữ, chưa xác định"),
            "{part}"
        );
        assert!(
            part.contains("báo đã hoàn thành nhưng chưa được tiếp nhận"),
            "{part}"
        );
        assert!(!part.contains("đã tiếp nhận gần nhất"), "{part}");
        assert!(!part.contains("đang quá hạn"), "{part}");
    }
    assert!(!mail.subject.contains("quá hạn"), "{}", mail.subject);
}

#[test]
fn a_weekly_digest_tells_each_late_task_once() {
    let mut board = Board::new();
    board.tasks.push(task("A1", "QLDT", date(2026, 7, 3)));
    board.tasks.push(task("B2", "QLDT", date(2026, 7, 15)));
    let mails = mails_on(&mut board, date(2026, 7, 20));
    for address in ["vanphong@example.vn", "ptb@example.vn"] {
        let text = &to(&mails, address).text;
        for code in ["A1", "B2"] {
            assert_eq!(text.matches(&format!("[{code}]")).count(), 1, "{text}");
        }
    }
}
