//! The vendors of rates.

use crate::domain::Prices;
use crate::fxwire::{Client, FxError, LatestParams, LatestResponse};
use crate::kurs24::Kurs24;

/// The client's interface, so that it can be mocked.
pub trait FxApi {
    fn latest(&self, params: &LatestParams) -> Result<LatestResponse, FxError>;
}

impl FxApi for Client {
    fn latest(&self, params: &LatestParams) -> Result<LatestResponse, FxError> {
        Client::latest(self, params)
    }
}

/// The other vendor, in the clothes of the first one.
struct AsFxwire(Kurs24);

impl FxApi for AsFxwire {
    fn latest(&self, params: &LatestParams) -> Result<LatestResponse, FxError> {
        let symbol = &params.symbols[0];
        let pair = format!("{}/{symbol}", params.base);
        let text = self.0.pair(&pair).map_err(FxError::Transport)?;
        let rate = text
            .parse()
            .map_err(|_| FxError::Decode(format!("`{text}` is no rate")))?;
        Ok(LatestResponse {
            base: params.base.clone(),
            timestamp: 0,
            rates: [(symbol.clone(), rate)].into(),
        })
    }
}

/// Prices by the first vendor.
pub fn prices_by_fxwire(client: Client) -> Prices {
    Prices::new(client)
}

/// Prices by the other vendor.
pub fn prices_by_kurs24(client: Kurs24) -> Prices {
    Prices::new(AsFxwire(client))
}
