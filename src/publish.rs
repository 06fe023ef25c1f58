//! Publishing: a report sent to a service. Comes in: the bytes of a report and where they belong;
//! goes out: what the service made of them. Blocking, and never called from a worker of rayon.

#[cfg(feature = "github")]
pub mod github;
#[cfg(feature = "aws")]
pub mod securityhub;
