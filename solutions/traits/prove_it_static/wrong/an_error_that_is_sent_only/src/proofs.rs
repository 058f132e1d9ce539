//! What users of this crate rely on and no signature says. If it changes, this file should not compile.
//!
//! Not a test: whoever builds the crate builds this, and nothing is left of it in the program.

use std::error::Error;

use crate::{BadName, Handle, Scope};

// Services clone the handle into tasks and borrow it from threads.
const _: () = {
    const fn goes_anywhere<T: Clone + Send + Sync + 'static>() {}
    goes_anywhere::<Handle>();
};

// `?` turns the error into a `Box<dyn Error + Send + Sync>`, in every application's `main`.
const _: () = {
    const fn goes_up<E: Error + Send + 'static>() {}
    goes_up::<BadName>();
};

// A scope must not be `Send`. There is no bound that says so; but a call that has two candidates as soon as
// `Scope` is `Send`, and one otherwise, does not compile in the first case.
const _: fn() = || {
    trait AmbiguousIfSend<A> {
        fn stays() {}
    }
    struct SendToo;
    impl<T: ?Sized> AmbiguousIfSend<()> for T {}
    impl<T: ?Sized + Send> AmbiguousIfSend<SendToo> for T {}

    <Scope<'static> as AmbiguousIfSend<_>>::stays();
};
