//! What every handler can reach. Whatever is remembered here is a cache of rows.

use std::sync::{Arc, PoisonError, RwLock};

use bilik_shared::id::Digest;
use bilik_shared::role::Role;
use bilik_shared::setup::{Guard, Setup};
use tokio::sync::watch;

use crate::allowance::Allowance;
use crate::board::Board;
use crate::config::{Config, Transport};
use crate::devices::Devices;
use crate::error::Error;
use crate::house::House;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::projection;
use crate::roster::previews::Previews;
use crate::sealed::Opener;
use crate::secret;
use crate::setup;
use crate::sign_in::SignIn;
use crate::signing::Signer;
use crate::store::{Store, StoreError, meta};
use crate::throttle::Throttle;
use crate::tls::Authority;
use crate::writer::Writer;

/// What every handler can reach. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// For reading.
    pub store: Store,
    /// For writing.
    pub writer: Writer,
    /// Announces what was written.
    pub live: Live,
    /// The rows of the desk's view.
    pub board: Board,
    /// What is counted for whoever watches.
    pub metrics: Arc<Metrics>,
    /// Tablets that were here.
    pub devices: Devices,
    /// Passwords and sessions.
    pub sign_in: SignIn,
    /// What each tablet may hand in within a day.
    pub allowance: Arc<Allowance>,
    /// Wrong enrolment codes by address.
    pub code_tries: Arc<Throttle>,
    /// Lists of the prison database that somebody looks at.
    pub previews: Previews,
    /// The facility, where one has been set up.
    house: Arc<RwLock<Option<Arc<House>>>>,
    /// What is asked of whoever signs in.
    guard: Arc<RwLock<Guard>>,
    /// How requests get here.
    pub transport: Transport,
    /// The authority whose certificate is put on tablets, where the server has one of its own.
    pub authority: Option<Arc<Authority>>,
    /// Opens the memory of a locked tablet that is handed in.
    pub opener: Arc<Opener>,
    /// Names the life of this database.
    pub epoch: Digest,
    /// Signs receipts.
    pub signer: Arc<Signer>,
    /// Becomes true when the server is asked to stop.
    stopping: watch::Receiver<bool>,
}

impl App {
    /// Gets everything ready on an opened store.
    pub fn new(
        store: Store,
        config: &Config,
        stopping: watch::Receiver<bool>,
    ) -> Result<Self, Error> {
        let (epoch, opener, signer, board) = prepare(&store)?;
        let setup = store.read_now(setup::load)?;
        let house = Arc::new(RwLock::new(House::of(&setup).map(Arc::new)));
        let guard = Arc::new(RwLock::new(setup.guard));
        let live = Live::new();
        let metrics = Arc::<Metrics>::default();
        let writer = Writer::start(&store, live.clone(), board.clone(), metrics.clone())?;
        let (devices, sign_in) = (Devices::default(), SignIn::new(store.pepper())?);
        let code_tries = Arc::new(Throttle::of_addresses());
        let authority = match &config.transport {
            Transport::Own(_) => Authority::open(&config.data),
            _ => Ok(None),
        };
        let authority = authority.map_err(|cause| Error::Internal(cause.to_string()))?;
        Ok(Self {
            store,
            writer,
            live,
            board,
            metrics,
            devices,
            sign_in,
            allowance: Arc::default(),
            code_tries,
            previews: Previews::default(),
            house,
            guard,
            transport: config.transport.clone(),
            authority: authority.map(Arc::new),
            opener: Arc::new(opener),
            epoch,
            signer: Arc::new(signer),
            stopping,
        })
    }

    /// Waits until the server is asked to stop. Streams end then.
    pub async fn stopped(&self) {
        stopped(self.stopping.clone()).await;
    }

    /// The facility, as it was after the last commit that changed it.
    pub fn house(&self) -> Result<Arc<House>, Error> {
        let house = self.house.read().unwrap_or_else(PoisonError::into_inner);
        house.clone().ok_or(Error::NoFacility)
    }

    /// The set-up is another one now: pages and tablets are told what follows from it.
    pub fn set_house(&self, setup: &Setup) {
        let house = House::of(setup).map(Arc::new);
        *self.house.write().unwrap_or_else(PoisonError::into_inner) = house;
        *self.guard.write().unwrap_or_else(PoisonError::into_inner) = setup.guard.clone();
        self.devices.forget();
    }

    /// Whether somebody of this role needs a second factor.
    pub fn needs_factor(&self, role: Role) -> bool {
        let guard = self.guard.read().unwrap_or_else(PoisonError::into_inner);
        guard.second_factor.contains(&role)
    }
}

/// Waits until the server is asked to stop.
pub(crate) async fn stopped(mut stopping: watch::Receiver<bool>) {
    // The sender lives as long as the server; were it gone, that would be the end as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Gives a new database its epoch and its keys, and brings derived rows up to date.
fn prepare(store: &Store) -> Result<(Digest, Opener, Signer, Board), Error> {
    let mut connection = store.connect_writer()?;
    let transaction = connection.transaction()?;
    let epoch = match meta::get(&transaction, meta::EPOCH)?.and_then(|text| text.parse().ok()) {
        Some(epoch) => epoch,
        None => {
            let epoch = Digest(secret::random());
            meta::set(&transaction, meta::EPOCH, &epoch.to_string())?;
            epoch
        }
    };
    let opener = Opener::load(&transaction)?;
    let signer = Signer::of(&transaction)?;
    projection::rebuild(&transaction)?;
    let board = Board::load(&transaction)?;
    transaction.commit().map_err(StoreError::from)?;
    Ok((epoch, opener, signer, board))
}
