//! Delivery to a real server, and what goes to one that is not what it should be: nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use partners::mail::{Letter, MailError, Mailer, Sender, SmtpServer};
use testkit::mail::SENDER;
use testkit::{MailSink, Mood};
use uuid::Uuid;

fn letter(text: &str) -> Letter {
    Letter {
        id: Uuid::new_v4(),
        written_at: testkit::now(),
        address: "mira@northwind.example".to_owned(),
        name: "Mira Novák".to_owned(),
        subject: "Grüße".to_owned(),
        text: text.to_owned(),
        html: format!("<p>{text}</p>"),
    }
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let sink = MailSink::start().await;
    let text =
        "First\n.\n.. a dot begins this line\nRCPT TO:<thief@elsewhere.example>\nümlaut and a very long line "
            .to_owned() + &"x".repeat(2000);
    sink.mailer().send(&letter(&text)).await.unwrap();
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].to.as_str(), mails[0].subject.as_str()),
        ("mira@northwind.example", "Grüße")
    );
    assert_eq!(mails[0].text.trim_end(), text);
}

#[tokio::test]
async fn a_server_that_offers_no_encryption_gets_nothing_where_it_was_asked_for() {
    let sink = MailSink::start().await;
    for scheme in ["smtp+starttls", "smtps"] {
        let server = SmtpServer::parse(&sink.url(scheme)).unwrap();
        let mailer = Mailer::smtp(&server, Sender::parse(SENDER).unwrap()).unwrap();
        let fault = mailer.send(&letter("Hello")).await.unwrap_err();
        assert!(
            fault.concerns_every_letter() && !fault.is_final(),
            "{scheme}: {fault}"
        );
        assert!(sink.mails().is_empty(), "{scheme}");
    }
}

#[tokio::test]
async fn a_fault_is_told_by_its_kind_and_quotes_nobody() {
    let sink = MailSink::start().await;
    for (mood, expected) in [
        (Mood::Refusing(451), MailError::RefusedForNow(451)),
        (Mood::Refusing(550), MailError::RefusedForGood(550)),
        (Mood::Refusing(535), MailError::SignInRefused(535)),
        (Mood::Down, MailError::Unreachable),
    ] {
        sink.is(mood);
        let fault = sink.mailer().send(&letter("Hello")).await.unwrap_err();
        assert_eq!(fault, expected);
        assert!(!format!("{fault} {fault:?}").contains("mira"));
    }
}
