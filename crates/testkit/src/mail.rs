//! A mail server that keeps what it is given: small, strict about the protocol (RFC 5321), and able to fail.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use mail_parser::MessageParser;
use partners::mail::{Mailer, Sender, SmtpServer};
use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// In whose name the tests send.
pub const SENDER: &str = "SafeShipper <notices@safeshipper.example>";

/// A mail that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom the envelope is.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its `Message-ID`.
    pub id: String,
    /// What it says, as text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Its headers as they came.
    pub headers: String,
}

/// How the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It takes everything.
    Taking,
    /// It answers every recipient with this code.
    Refusing(u16),
    /// It hangs up at once, as a server that is down.
    Down,
}

struct State {
    mood: Mood,
    mails: Vec<Mail>,
}

/// A mail server of a test's own.
#[derive(Clone)]
pub struct MailSink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl MailSink {
    /// Starts it; it ends with the runtime.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let sink = Self {
            address: listener.local_addr().expect("an address"),
            state: Arc::new(Mutex::new(State {
                mood: Mood::Taking,
                mails: Vec::new(),
            })),
        };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = serving.clone();
                tokio::spawn(async move {
                    // A client that hangs up has been served.
                    let _ = sink.serve(stream).await;
                });
            }
        });
        sink
    }

    /// Its URL with this scheme.
    #[must_use]
    pub fn url(&self, scheme: &str) -> SecretString {
        SecretString::from(format!("{scheme}://{}", self.address))
    }

    /// What sends to it.
    ///
    /// # Panics
    /// Never: the URL is one.
    #[must_use]
    pub fn mailer(&self) -> Mailer {
        let server = SmtpServer::parse(&self.url("smtp")).expect("a server");
        Mailer::smtp(&server, Sender::parse(SENDER).expect("a sender")).expect("a mailer")
    }

    /// From now on it answers so.
    pub fn is(&self, mood: Mood) {
        self.state().mood = mood;
    }

    /// What arrived so far.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.state().mails.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        if self.state().mood == Mood::Down {
            return Ok(());
        }
        let mut stream = BufReader::new(stream);
        say(&mut stream, "220 sink.example ESMTP").await?;
        let mut to = None;
        loop {
            let Some(line) = line(&mut stream).await? else {
                return Ok(());
            };
            let verb = line
                .split([' ', ':'])
                .next()
                .unwrap_or_default()
                .to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => say(&mut stream, "250-sink.example\r\n250 8BITMIME").await?,
                "MAIL" | "NOOP" => say(&mut stream, "250 ok").await?,
                "RSET" => {
                    to = None;
                    say(&mut stream, "250 ok").await?;
                }
                "RCPT" => {
                    let mood = self.state().mood;
                    if let Mood::Refusing(code) = mood {
                        say(&mut stream, &format!("{code} {line} is not taken")).await?;
                    } else {
                        to = line.split(['<', '>']).nth(1).map(str::to_owned);
                        say(&mut stream, "250 ok").await?;
                    }
                }
                "DATA" => {
                    let Some(to) = to.take() else {
                        say(&mut stream, "503 for whom?").await?;
                        continue;
                    };
                    say(&mut stream, "354 go on").await?;
                    let Some(data) = data(&mut stream).await? else {
                        return Ok(());
                    };
                    let mail = read(&data, to);
                    self.state().mails.push(mail);
                    say(&mut stream, "250 taken").await?;
                }
                "QUIT" => return say(&mut stream, "221 bye").await,
                _ => say(&mut stream, "500 what?").await?,
            }
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, text: &str) -> std::io::Result<()> {
    stream.write_all(format!("{text}\r\n").as_bytes()).await
}

/// A line without its end, which must be both characters.
async fn line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    stream.read_until(b'\n', &mut bytes).await?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(text.strip_suffix("\r\n").map(str::to_owned))
}

/// What follows `DATA`, without the dots that were doubled (RFC 5321 section 4.5.2).
async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut data = String::new();
    loop {
        match line(stream).await? {
            None => return Ok(None),
            Some(line) if line == "." => return Ok(Some(data)),
            Some(line) => {
                data.push_str(line.strip_prefix('.').unwrap_or(&line));
                data.push_str("\r\n");
            }
        }
    }
}

fn read(data: &str, to: String) -> Mail {
    let message = MessageParser::default()
        .parse(data.as_bytes())
        .expect("a message");
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Mail {
        to,
        subject: owned(message.subject()),
        id: owned(message.message_id()),
        text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        html: message.body_html(0).unwrap_or_default().replace("\r\n", "\n"),
        headers: data.split("\r\n\r\n").next().unwrap_or_default().to_owned(),
    }
}
