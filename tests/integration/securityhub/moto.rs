//! The same against moto, the other server: it accepts everything, but it is not ours. Skipped where it is
//! not installed.

use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::*;

const PORT: u16 = 5568;

struct Moto(Child);

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start() -> Option<Moto> {
    let port = PORT.to_string();
    let child = Command::new("moto_server")
        .args(["-H", "127.0.0.1", "-p", &port])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let moto = Moto(child);
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_mins(2) {
        if std::net::TcpStream::connect(("127.0.0.1", PORT)).is_ok() {
            return Some(moto);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("moto_server does not start");
}

#[test]
fn moto_takes_finds_and_resolves_findings() {
    let Some(_moto) = start() else {
        println!("skipped: moto_server is not installed");
        return;
    };
    let url = format!("http://127.0.0.1:{PORT}");
    let mut world = World::one();
    let key = "AKIAIOSFODNN7EXAMPLE";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new(REGION))
            .endpoint_url(&url)
            .credentials_provider(aws_credential_types::Credentials::new(key, "secret", None, None, "test"))
            .load()
            .await;
        aws_sdk_securityhub::Client::new(&config).enable_security_hub().send().await.unwrap();
    });
    world.access.stand_in = Some(stand_in(&url, key));
    // Its own account.
    let mut account = Account::new("123456789012");
    for number in 0..130 {
        account.list(REGION, SUBNET, &subnet(number));
        account.fail(ROUTES, &subnet(number));
    }
    let told = |world: &World, account: &Account| {
        let published = world.publish(&account.report());
        assert!(published.is_complete(), "{published:?}");
        published.counts().to_string()
    };
    assert_eq!(told(&world, &account), "130 new");
    assert_eq!(told(&world, &account), "130 unchanged");
    account.mend(ROUTES, &subnet(3));
    account.delete(&subnet(4));
    world.days_pass(1);
    assert_eq!(told(&world, &account), "1 passed, 1 archived, 128 unchanged");
    assert_eq!(told(&world, &account), "128 unchanged");
}
