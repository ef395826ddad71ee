//! The invented facility itself: its wave, its programmes, its officers.

use bilik_shared::allocation::policy::{Ground, Policy, Priority};
use bilik_shared::eligibility::{Rule, Test};
use bilik_shared::id::ProgrammeCode;
use bilik_shared::programme::{
    Facility, Length, Lengths, Officer, Package, Programme, Wave, Words,
};
use bilik_shared::setup::LEASE_HOURS;
use bilik_shared::time::{Date, Timestamp, Zone};
use bilik_shared::training::certificate::Office;

use crate::clock::minutes_after;
use crate::error::Error;
use crate::house::House;

/// Code, names, and how many packages of 16 there are.
const PROGRAMMES: [(&str, &str, &str, u32); 9] = [
    ("OTO", "Teknik Otomotif Sepeda Motor", "Motorcycle mechanics", 2),
    ("KAY", "Pertukangan Kayu dan Furnitur", "Carpentry and furniture", 1),
    ("GAR", "Garmen (Menjahit)", "Sewing", 1),
    ("BOG", "Tata Boga", "Cooking and baking", 1),
    ("LAS", "Teknik Las", "Welding", 1),
    ("LIS", "Instalasi Listrik Bangunan", "Electrical installation", 1),
    ("TAN", "Pertanian dan Hidroponik", "Farming and hydroponics", 1),
    ("RIA", "Pangkas Rambut dan Tata Rias", "Barbering and beauty", 1),
    ("TIK", "Aplikasi Perkantoran", "Office software", 1),
];

const OFFICERS: [(&str, &str); 4] = [
    ("yohanis", "Yohanis Pelupessy"),
    ("siti", "Siti Aminah Tuasikal"),
    ("rusdi", "Rusdi Marasabessy"),
    ("grace", "Grace Manuhutu"),
];

/// Id, programmes (none: all), test. The values are invented; a real house agrees on its own.
const RULES: [(&str, &[&str], &str); 8] = [
    ("usia_minimal", &[], "USIA_MIN 18"),
    ("usia_maksimal_listrik", &["LIS"], "USIA_MAKS 50"),
    ("pendidikan_minimal_listrik", &["LIS"], "PENDIDIKAN_MIN SMP"),
    ("pendidikan_minimal_kantor", &["TIK"], "PENDIDIKAN_MIN SMA"),
    ("status_hukum_pertanian", &["TAN"], "STATUS NARAPIDANA"),
    ("layak_kesehatan_las", &["LAS"], "KESEHATAN LAYAK,LAYAK_BERSYARAT"),
    ("izin_keamanan_las", &["LAS"], "IZIN_KEAMANAN YA,DENGAN_PENGAWALAN"),
    ("sisa_pidana_las", &["LAS"], "SISA_PIDANA_MIN 14"),
];

/// The rules that bind; the others advise.
const BINDING: [&str; 3] = ["usia_minimal", "layak_kesehatan_las", "izin_keamanan_las"];

/// Id, points, for what.
const PRIORITIES: [(&str, u32, &str); 3] = [
    ("minat_pertama", 15, "PILIHAN_PERTAMA"),
    ("sudah_diputus", 10, "STATUS NARAPIDANA"),
    ("pengalaman_terkait", 5, "PENGALAMAN"),
];

/// Seats of a package, and how few people it needs.
const SEATS: u32 = 16;
const MINIMUM: u32 = 10;
/// Days of a training.
const DAYS: u32 = 20;
/// The wave opened so long ago and closes in so long.
const OPEN_SINCE_MINUTES: i64 = 7 * 24 * 60;
const OPEN_FOR_MINUTES: i64 = 60 * 24 * 60;

/// The facility as it stands when the demo is made.
pub fn house(now: Timestamp) -> Result<House, Error> {
    let zone = Zone::WIT;
    let opens = minutes_after(now, -OPEN_SINCE_MINUTES).date(zone);
    let closes = minutes_after(now, OPEN_FOR_MINUTES).date(zone);
    let programmes: Result<_, Error> = PROGRAMMES.iter().map(programme).collect();
    let officers: Result<_, Error> = OFFICERS.iter().map(officer).collect();
    Ok(House {
        facility: Facility { code: "AMB".into(), name: "Rutan Kelas IIA Ambon".into(), zone },
        wave: wave(opens, closes),
        programmes: programmes?,
        officers: officers?,
        screen_signature: true,
        rules: rules(opens)?,
        lengths: lengths()?,
        policy: policy(),
        office: office(),
        wordings: Vec::new(),
        lease_hours: LEASE_HOURS,
    })
}

fn wave(opens: Date, closes: Date) -> Wave {
    let (year, half) = (opens.year(), if opens.month() <= 6 { 1 } else { 2 });
    let name = Words {
        id: format!("Gelombang {half} tahun {year}"),
        en: format!("Wave {half} of {year}"),
    };
    Wave { code: format!("{year}.{half}"), name, opens, closes }
}

fn programme((code, id, en, packages): &(&str, &str, &str, u32)) -> Result<Programme, Error> {
    let code: ProgrammeCode = code.parse().map_err(|_| Error::Internal((*code).to_owned()))?;
    let package = |number| Package { number, seats: SEATS, minimum: MINIMUM };
    Ok(Programme {
        code,
        name: Words { id: (*id).to_owned(), en: (*en).to_owned() },
        packages: (1..=*packages).map(package).collect(),
    })
}

fn lengths() -> Result<Lengths, Error> {
    let length = |(code, ..): &(&str, &str, &str, u32)| {
        let code = code.parse().map_err(|_| Error::Internal((*code).to_owned()))?;
        Ok((code, Length { days: DAYS, ..Length::default() }))
    };
    let lengths: Result<_, Error> = PROGRAMMES.iter().map(length).collect();
    Ok(Lengths(lengths?))
}

fn rules(from: Date) -> Result<Vec<Rule>, Error> {
    let rule = |(id, programmes, test): &(&str, &[&str], &str)| {
        let code = |code: &&str| code.parse().map_err(|_| Error::Internal((*code).to_owned()));
        let programmes: Result<_, Error> = programmes.iter().map(code).collect();
        Ok(Rule {
            id: (*id).to_owned(),
            version: 1,
            from,
            until: None,
            source: "Contoh; harus disepakati Rutan dan Disnaker".to_owned(),
            programmes: programmes?,
            test: Test::from((*test).to_owned()),
        })
    };
    RULES.iter().map(rule).collect()
}

fn office() -> Office {
    Office {
        code: "DISNAKER-AMB".to_owned(),
        name: "Dinas Tenaga Kerja Kota Ambon".to_owned(),
        place: "Ambon".to_owned(),
        signs: "Kepala Dinas Tenaga Kerja".to_owned(),
        ..Office::default()
    }
}

fn policy() -> Policy {
    let priority = |(id, weight, ground): &(&str, u32, &str)| Priority {
        id: (*id).to_owned(),
        weight: *weight,
        ground: Ground::from((*ground).to_owned()),
    };
    Policy {
        version: 1,
        source: "Contoh; harus disepakati Rutan dan Disnaker".to_owned(),
        binding: BINDING.map(str::to_owned).to_vec(),
        priorities: PRIORITIES.iter().map(priority).collect(),
    }
}

fn officer((id, name): &(&str, &str)) -> Result<Officer, Error> {
    let id = id.parse().map_err(|_| Error::Internal((*id).to_owned()))?;
    Ok(Officer { id, name: (*name).to_owned() })
}
