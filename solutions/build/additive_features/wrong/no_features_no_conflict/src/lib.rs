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
}

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
    Ok(())
}

/// For gateways that take ASCII only.
pub mod ascii {
    use crate::Message;

    /// Why a message is not sent through such a gateway.
    ///
    /// A type of its own: a variant more in [`crate::Refused`] would break whoever matches on it in full.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Refused {
        /// No gateway would take it.
        Message(crate::Refused),
        /// This gateway would garble it.
        NotAscii,
    }

    /// Looks a message over, more strictly than [`crate::check`]. Who wants that says so in the call.
    ///
    /// # Errors
    ///
    /// Why it can't be sent.
    pub fn check(message: &Message<'_>) -> Result<(), Refused> {
        crate::check(message).map_err(Refused::Message)?;
        if message.text.is_ascii() {
            Ok(())
        } else {
            Err(Refused::NotAscii)
        }
    }
}

/// For mail servers.
pub mod email {
    use crate::Message;

    /// The message as the mail server takes it.
    pub fn render(message: &Message<'_>) -> String {
        format!("To: {}\r\n\r\n{}\r\n", message.to, message.text)
    }
}

/// For short messages.
pub mod sms {
    use crate::Message;

    /// The message as the gateway for short messages takes it, which is 160 characters at most.
    pub fn render(message: &Message<'_>) -> String {
        let text: String = message.text.chars().take(160).collect();
        format!("{};{text}", message.to)
    }
}
