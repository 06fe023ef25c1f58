//! HTTP/1.1 as far as the SDK speaks it: kept connections, lengths, chunks. In: bytes. Out: a request.

use std::fmt::Write as _;
use std::io::{BufRead, Read as _, Result, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::Answer;

/// A request before anybody knows what it asks.
pub(super) struct Raw {
    pub(super) method: String,
    pub(super) target: String,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Raw {
    /// Returns a header by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads one request; `None` when the other side went away.
pub(super) fn read(reader: &mut impl BufRead) -> Option<Raw> {
    let line = line(reader)?;
    let mut parts = line.split(' ');
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = self::line(reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut raw = Raw { method, target, headers, body: Vec::new() };
    if raw.header("transfer-encoding").is_some_and(|encoding| encoding.contains("chunked")) {
        loop {
            let size = self::line(reader)?;
            let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
            let mut chunk = vec![0; size];
            reader.read_exact(&mut chunk).ok()?;
            raw.body.extend(chunk);
            self::line(reader)?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = raw.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        raw.body = vec![0; length];
        reader.read_exact(&mut raw.body).ok()?;
    }
    Some(raw)
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    match reader.read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => {
            line.truncate(line.trim_end().len());
            Some(line)
        }
    }
}

fn head(answer: &Answer) -> String {
    let mut text = format!(
        "HTTP/1.1 {} Status\r\nContent-Length: {}\r\nx-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in &answer.headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    text.push_str("\r\n");
    text
}

/// Writes an answer in one piece.
pub(super) fn write(mut stream: &TcpStream, answer: &Answer) -> Result<()> {
    let mut bytes = head(answer).into_bytes();
    bytes.extend(&answer.body);
    stream.write_all(&bytes)
}

/// Writes the head and half of the body.
pub(super) fn truncated(mut stream: &TcpStream, answer: &Answer) -> Result<()> {
    let mut bytes = head(answer).into_bytes();
    bytes.extend(answer.body.iter().take(answer.body.len() / 2));
    stream.write_all(&bytes)
}

/// Says nothing until the other side goes away, or half a minute is over.
pub(super) fn hang(mut stream: &TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let _ = stream.read(&mut [0; 64]);
}
