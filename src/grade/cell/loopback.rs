//! A network namespace begins with its loopback device down. This brings it up: one message to the kernel, as of
//! `rtnetlink(7)` and `netlink(7)`, because the older way (`SIOCSIFFLAGS`) needs `unsafe`.

use std::io;

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with,
};

/// `RTM_NEWLINK` of `linux/rtnetlink.h`: change a device.
const CHANGE_LINK: u16 = 16;
/// `NLM_F_REQUEST | NLM_F_ACK` of `linux/netlink.h`.
const REQUEST_AND_ANSWER: u16 = 1 | 4;
/// `NLMSG_ERROR`: the answer, with an error of zero where it is done.
const ANSWER: u16 = 2;
/// `IFF_UP` of `linux/if.h`.
const UP: u32 = 1;
/// In a new namespace, the only device is the loopback, and its number is 1.
const LOOPBACK: i32 = 1;

/// Brings it up; the kernel gives it `127.0.0.1` and `::1`.
pub fn up() -> io::Result<()> {
    let kernel = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        // `NETLINK_ROUTE`, which is zero.
        None,
    )?;
    send(&kernel, &request(), SendFlags::empty())?;
    let mut answer = [0; 256];
    let (read, _) = recv(&kernel, &mut answer, RecvFlags::empty())?;
    match error_in(&answer[..read]) {
        Some(0) => Ok(()),
        Some(error) => Err(io::Error::from_raw_os_error(-error)),
        None => Err(io::Error::other("the kernel's answer is of another kind")),
    }
}

/// A `nlmsghdr` and an `ifinfomsg`.
fn request() -> Vec<u8> {
    let mut body = Vec::new();
    // The family, and a byte that nothing is in; the device's type.
    body.extend([0; 4]);
    body.extend(LOOPBACK.to_ne_bytes());
    // The flags, and which of them are meant.
    body.extend(UP.to_ne_bytes());
    body.extend(UP.to_ne_bytes());
    let length = u32::try_from(16 + body.len()).unwrap_or(u32::MAX);
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(CHANGE_LINK.to_ne_bytes());
    message.extend(REQUEST_AND_ANSWER.to_ne_bytes());
    // Its number, and the sender's port: nobody asks for either.
    message.extend([0; 8]);
    message.extend(body);
    message
}

/// The error code of an answer, which is negative, or zero.
fn error_in(answer: &[u8]) -> Option<i32> {
    let kind = u16::from_ne_bytes(answer.get(4..6)?.try_into().ok()?);
    let error = i32::from_ne_bytes(answer.get(16..20)?.try_into().ok()?);
    (kind == ANSWER).then_some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_says_that_it_is_done() {
        let answer = |kind: u16, error: i32| {
            let mut bytes = vec![36, 0, 0, 0];
            bytes.extend(kind.to_ne_bytes());
            bytes.extend([0; 10]);
            bytes.extend(error.to_ne_bytes());
            bytes
        };
        assert_eq!(error_in(&answer(ANSWER, 0)), Some(0));
        assert_eq!(error_in(&answer(ANSWER, -1)), Some(-1));
        assert_eq!(error_in(&answer(CHANGE_LINK, 0)), None);
        assert_eq!(error_in(&answer(ANSWER, 0)[..18]), None);
    }

    #[test]
    fn a_request_says_how_long_it_is() {
        let request = request();
        assert_eq!(request.len(), 32);
        assert_eq!(request[..4], 32_u32.to_ne_bytes());
    }
}
