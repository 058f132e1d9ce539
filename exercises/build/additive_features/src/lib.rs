//! Checks and renders notifications. Three services use it, each with the features that it needs.

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Message<'m> {
    /// An address or a number.
    pub to: &'m str,
    /// What it says.
    pub text: &'m str,
}

/// Why a message is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is nobody to send it to.
    NoRecipient,
    /// It says nothing.
    Empty,
    /// The gateway would garble it.
    #[cfg(feature = "ascii")]
    NotAscii,
}

#[cfg(all(feature = "email", feature = "sms"))]
compile_error!("the features `email` and `sms` exclude each other");

/// Looks a message over before it is queued.
///
/// # Errors
///
/// Why it can't be sent.
pub fn check(message: &Message<'_>) -> Result<(), Refused> {
    if message.to.is_empty() {
        return Err(Refused::NoRecipient);
    }
    if message.text.trim().is_empty() {
        return Err(Refused::Empty);
    }
    #[cfg(feature = "ascii")]
    if !message.text.is_ascii() {
        return Err(Refused::NotAscii);
    }
    Ok(())
}

/// The message as the mail server takes it.
#[cfg(feature = "email")]
pub fn render(message: &Message<'_>) -> String {
    format!("To: {}\r\n\r\n{}\r\n", message.to, message.text)
}

/// The message as the gateway for short messages takes it, which is 160 characters at most.
#[cfg(feature = "sms")]
pub fn render(message: &Message<'_>) -> String {
    let text: String = message.text.chars().take(160).collect();
    format!("{};{text}", message.to)
}
