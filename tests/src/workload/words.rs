//! Words that the invented people are made of. Their order is part of the data: do not change it.

/// First names.
#[rustfmt::skip]
pub const FIRST: &[&str] = &[
    "Agus", "Budi", "Cahyo", "Dedi", "Eko", "Fajar", "Gilang", "Hadi", "Indra", "Joko", "Krisna",
    "Lukman", "Maman", "Nanang", "Oki", "Putra", "Rahmat", "Slamet", "Taufik", "Usman", "Wahyu",
    "Yusuf", "Zainal", "Siti", "Dewi", "Rina", "Yuni", "Ayu", "Lestari", "Nur", "Abdul", "Ahmad",
    "Andi", "Anton", "Arif", "Bambang", "Bayu", "Dadang", "Danang", "Darma", "Didik", "Edi",
    "Ferry", "Galih", "Hendra", "Heru", "Iwan", "Jaya", "Kusno", "Made", "Mulyadi", "Ngurah",
    "Parman", "Ridwan", "Rudi", "Sandi", "Sigit", "Supri", "Teguh", "Tono", "Udin", "Wawan",
    "Yanto", "Yoga",
];

/// Last names.
#[rustfmt::skip]
pub const LAST: &[&str] = &[
    "Santoso", "Wijaya", "Saputra", "Hidayat", "Nugroho", "Setiawan", "Kurniawan", "Pratama",
    "Siregar", "Simanjuntak", "Harahap", "Maulana", "Firmansyah", "Gunawan", "Susanto", "Rahayu",
    "Permana", "Sihombing", "Utomo", "Halim", "Suryadi", "Hakim", "Iskandar", "Purnomo", "Hermawan",
    "Wibowo", "Anwar", "Lubis", "Nasution", "Sitorus", "Pangestu", "Handoko", "Hartono", "Kusuma",
    "Mahendra", "Prasetyo", "Ramadhan", "Subagyo", "Sudrajat", "Suharto", "Sutrisno", "Syahputra",
    "Tarigan", "Wicaksono", "Yulianto", "Zulkarnain", "Manurung", "Panjaitan",
];

/// Places of birth.
#[rustfmt::skip]
pub const PLACES: &[&str] = &[
    "Jakarta", "Bandung", "Surabaya", "Medan", "Semarang", "Makassar", "Palembang", "Bekasi",
    "Tangerang", "Yogyakarta", "Banjarmasin", "Pontianak", "Cirebon", "Tasikmalaya",
];

/// Levels of education.
#[rustfmt::skip]
pub const EDUCATION: &[&str] = &[
    "SD", "SMP", "SMA", "SMK", "D3", "S1", "tidak sekolah",
];

/// Legal status.
#[rustfmt::skip]
pub const LEGAL: &[&str] = &[
    "narapidana", "tahanan", "tahanan titipan",
];

/// What can be learned.
#[rustfmt::skip]
pub const COURSES: &[&str] = &[
    "las listrik", "menjahit", "tata boga", "pertukangan kayu", "komputer", "potong rambut",
    "pertanian", "budidaya lele", "batik", "sablon",
];

/// The words of the free texts.
#[rustfmt::skip]
pub const WORDS: &[&str] = &[
    "ingin", "mau", "untuk", "agar", "supaya", "bisa", "punya", "keahlian", "ilmu", "bekal",
    "setelah", "bebas", "nanti", "mengisi", "waktu", "luang", "disarankan", "wali", "blok",
    "membantu", "keluarga", "anak", "istri", "orang", "tua", "buka", "usaha", "kecil", "sendiri",
    "bekerja", "pabrik", "ikut", "kakak", "paman", "warung", "bengkel", "motor", "mobil", "las",
    "listrik", "bangunan", "sawah", "kebun", "ternak", "lele", "ayam", "dagang", "pasar", "toko",
    "kain", "baju", "jahit", "bordir", "sablon", "batik", "kayu", "mebel", "cat", "tembok", "pipa",
    "air", "mesin", "bubut", "sopir", "truk", "angkot", "ojek", "kurir", "gudang", "kantor",
    "hotel", "dapur", "masak", "kue", "roti", "katering", "salon", "rambut", "komputer", "desain",
    "ketik", "belum", "pernah", "sudah", "lama", "baru", "satu", "dua", "tiga", "lima", "tahun",
    "bulan", "di", "ke", "dari", "dengan", "tanpa", "modal", "sertifikat", "pelatihan",
    "sebelumnya", "karena", "suka", "cocok", "dekat", "rumah", "kampung", "kota", "desa", "Bekasi",
    "Cirebon", "Garut", "menabung", "pulang", "hidup", "lebih", "baik", "jujur", "mandiri",
    "belajar", "mengajar", "teman", "kelompok", "sama", "lagi", "tetap", "kerja", "harian",
    "borongan", "tukang", "pembantu", "asisten", "montir", "penjahit", "petani", "nelayan", "buruh",
];
