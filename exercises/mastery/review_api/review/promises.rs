//! What this crate promises in version 2. Not part of the change, which is to be released as 2.4.0.
//!
//! 1. Whatever builds against 2.0 builds against every 2.x. Nine teams use `Client` from their worker threads,
//!    match on `Delivery` without a wildcard, and write their own `Transport` for tests. They make `Options` by
//!    `Options::new` and its methods only, as its fields are private.
//! 2. A program that is not changed behaves as it did. What is new is off until somebody asks for it.
//! 3. No dependency shows in a signature, so that we may change it, or its version, in a patch release.
//! 4. No input makes this crate panic. What can't be sent is an error that names the reason, and has what caused
//!    it as its source.
//! 5. A value that exists can be used: what can't be is refused where it is made.
//! 6. The key of a customer is printed nowhere.
//!
//! `Signer` is sealed: it has a supertrait that is private, so only this crate implements it. It is public so
//! that users can name it in their bounds.
