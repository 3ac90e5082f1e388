"""The words by which shops promise, ask, refuse and guess in chat, as patterns; logic stands in `promised`."""

from __future__ import annotations

import re

from sapa.lib.patterns import any_of, either
from sapa.promises.types import PromiseKind

_IF = either("""kalau;kalo;klo;kl;klu;jika;jk;bila;apabila;asal(?:kan)?;begitu;setelah;stlh;sesudah;selama;kecuali
    if;once;after;when;unless""")
_VOCATIVE = either("kak;kakak;kk;ka;bu;ibu;pak;bapak;sis;gan;bun;bunda;mas;mbak;min")
WE = either("""kami;kita;saya;sy;aku;ak;gue;gw;admin;mimin;min;tim;team;kurir;owner;cs;gudang;finance;teknisi;penjahit
    bagian;dapur;we;we'll;i;i'll;our""")

SENTENCE_END = re.compile(r"\?+|[!…;\n]+|\.(?!\d)")
_AND_THEN = either(
    "tapi;tp;tetapi;namun;lalu;terus;trus;kemudian;karena;krn;soalnya;sedangkan;dan;but;and;because"
)
CLAUSE_END = re.compile(
    rf",(?!\d)|\s[-–—]\s|(?<![\w/])(?=(?:{_IF})\b)"
    rf"|\b(?:{_AND_THEN})\b",
    re.I,
)
CONDITION = re.compile(rf"^\W*(?:{_IF}|abis|habis)\b", re.I)
# "kalau untuk resi" names a topic, "setelah jam 5" a time: neither is a condition.
_AFTER_WHAT = either("jam;pukul;makan;istirahat;lebaran;libur;tahun baru;mag?hrib;jum'?atan;ini;lunch;this")
TOPIC = re.compile(
    r"^\W*(?:kalau|kalo|klo|kl|klu)\s+(?:untuk|utk|buat|soal|masalah|mengenai|yang|yg)\b|^\W*(?:untuk|utk|soal|mengenai)\b"
    rf"|^\W*(?:setelah|stlh|sesudah|abis|habis|after)\s+(?:{_AFTER_WHAT})\b",
    re.I,
)
COURTESY_CONDITION = any_of(
    "ada (?:apa|pertanyaan|kendala|yang|yg|kurang);apa-apa;pertanyaan;kurang jelas;perlu;butuh;any\\b;need"
)
_OPENING = either("""siap;oke;okay;ok;okey;okee;baik;baiklah;noted;sip;siip;iya;iyaa;ya;yaa;yup;halo;hallo;hai;hi;maaf;mohon maaf
    sorry;betul;tentu;pasti;aman;terima ?kasih;makasih;mksh;trims;thanks;mohon (?:di)?tunggu;mohon sabar;mohon bersabar
    ditunggu(?!(?:nya)? (?:transfer|bukti|alamat|kabar|order|data|pembayaran));selamat (?:pagi|siang|sore|malam)
    tenang(?: saja| aja)?;jangan (?:khawatir|kuatir);gak? usah khawatir""")
OPENERS = re.compile(
    rf"^(?:\W|\b(?:{_OPENING}|{_VOCATIVE})\b|\b(?:boleh|bisa|ready)(?=\s*,|\s+(?:{_VOCATIVE}|banget)\b))+",
    re.I,
)
BY_US = re.compile(
    rf"\b(?:{WE})\b|\b(?:ku|tak|ta)\s?(?:kirim|kabar|info|cek|telp|telepon|foto|kasih)\w*|\b(?:i|we)['’]ll",
    re.I,
)
PASSIVE = re.compile(r"\bdi(?!ri\b|a\b|skon|siplin|gital|sini|situ|mana|nding)\w{3,}", re.I)

NOT = any_of("""tidak\\b;tdk\\b;gak?k?\\b;gk\\b;ngg?a?k?\\b;enggak?\\b;belum\\b;blm\\b;blom\\b;belom\\b;tak (?:bisa|dapat|akan|di)
    jangan\\b;batal\\b;bukan\\b;not?\\b;can't;cannot;won't;don't;kesulitan;kehabisan""")
NOT_A_REFUSAL = re.compile(
    r"\b(?:tidak|gak?|tdk|nggak|jangan)\s+(?:perlu|usah|sampai|lebih|lama|khawatir|kuatir|masalah|apa-apa|papa)\b(?:\s+khawatir)?"
    r"|\bno\.|\bno\s*(?=resi)",
    re.I,
)
CLOSED = any_of(
    "libur\\b;tutup\\b;off\\b;buka\\b;cuti\\b;closed\\b;open\\b;mudik;jam (?:kerja|operasional|buka)"
)
GUESS = any_of("""setiap\\b;tiap\\b;selalu\\b;biasanya\\b;biasa (?:nya|di);rata-rata;umumnya\\b;normalnya\\b;standar;estimasi;perkiraan
    diperkirakan;kira-kira;kira2;kurang lebih;sekitar;mungkin\\b;kemungkinan;sepertinya;kayaknya;semoga;mudah-mudahan;mudah2an
    (?:di)?usaha(?:kan|in);(?:di)?upayakan;rencana(?:nya)?\\b;harusnya\\b;seharusnya\\b;tergantung;range\\b;usually;normally;every\\b
    each\\b;probably;maybe;might\\b;should\\b;hopefully;hope\\b;try\\b;estimated;about\\b;around\\b""")
CUSTOM = any_of("""jadwal (?:pengiriman|kirim|pickup);batas\\b;cut ?-?off;promo;diskon;berlaku;harga\\b;pre[- ]?order\\b;po\\b
    ongkir\\b;sampai (?:jumpa|ketemu|bertemu|besok|nanti|lusa);see you;jumpa;ketemu""")
# What holds for every order is said of no order; it reaches over the whole sentence.
TERMS = any_of("""(?:order(?:an)?|pesanan|pembayaran|transfer(?:an)?|transaksi|pemesanan) (?:(?:yang|yg) )?(?:masuk|sebelum|setelah|di ?atas|lewat|sesudah|before)\\b
    garansi;syarat;ketentuan;s&k""")
_ASKS = either(
    r"mau\b;apakah;apa\b;kapan;gimana;gmn;bagaimana;berapa;brp;which;when;can (?:you|we);do you;would you"
)
QUESTION = re.compile(rf"^\W*(?:(?:{_VOCATIVE})\s+)?(?:{_ASKS})|\bmau\b.*\batau\b|\w+nya\s+mau\b", re.I)
REQUEST = any_of("""tolong;mohon\\b(?! (?:di)?tunggu| maaf| sabar| bersabar);silak?h?kan;harap\\b;minta\\b;please\\b;boleh\\b
    ditunggu\\b(?=.*(?:transfer|bukti|alamat|kabar|order|data|bayar))""")
POSSIBLE = re.compile(rf"^(?!.*\b(?:{WE})\b)(?=.*\b(?:bisa|dapat|can\s+be|could)\b)", re.I)

_CUSTOMER_DOES = either("""transfer;tf;bayar;kirim;chat;hubungi;konfirmasi;ambil;datang;order;checkout;co\\b;lunas;telp;telepon;kabari;kabarin
    isi;cek;tunggu;balas;info;jemput;foto;upload;mampir;coba;pilih;send;pay;come;call;reply;let;confirm;pick""")
_BETWEEN = either(
    "juga;tinggal;langsung;harus;perlu;wajib;can;should;need to;yang;yg;nanti;besok;bisa;please"
)
CUSTOMER_DOES = re.compile(
    rf"\b(?:kakak(?:nya)?|anda|kamu|ibu(?:nya)?|bapak(?:nya)?|you)\s+(?:(?:{_BETWEEN})\s+)*(?:{_CUSTOMER_DOES})"
    r"|\b(?:kak|bu|pak|sis|gan|bun|mas|mbak)\s+(?:transfer|tf|bayar|lunas|datang|ambil|order|checkout|isi|mampir|pilih)"
    r"|\b(?:kabarin?|kabari|hubungi|chat|wa|infokan|info|konfirmasi(?:kan)?|balas|telepon|telpon|kontak|kirim(?:kan|in)?|email)"
    r"\s+(?:ke\s+)?(?:kami|saya|aku|kita|admin|sini)\b(?!\s+(?:kirim|kabari|info))"
    r"|\b(?:pembayaran(?:nya)?|pelunasan(?:nya)?|transferan(?:nya)?|transfernya)\b(?=.*(?:ditunggu|paling|maks|sebelum|hari ini|besok|jam))",
    re.I,
)
CUSTOMER_THINGS = re.compile(
    r"\bbukti\s+(?:transfer|tf|bayar|pembayaran)|\b(?:kirim(?:kan|in)?|send|share|lampirkan|sertakan|upload)\s+(?:dulu\s+|foto\s+|your\s+|the\s+)?(?:alamat|bukti|data\s+diri|ktp"
    r"|unboxing|video\s+unboxing|nama|nomor\s+hp|no\s*hp|npwp|format|address|proof|payment)",
    re.I,
)
DONE = re.compile(
    r"\b(?:sudah|udah|udh|sdh|dah|telah|barusan|baru\s+(?:saja|aja)|tadi|kemarin|kmrn|already)\b(?!\s*(?:di)?jadwal)",
    re.I,
)
BARE_REQUEST = any_of(
    "kabari;kabarin;hubungi;chat;info(?:kan|in)?\\b;konfirmasi;telp;telepon;telpon;balas;jawab;cek;call;confirm;check;reply;let"
)

RESI = r"(?:(?:no(?:mor|mer)?\.?\s*)?resi(?:nya)?|awb|tracking(?:\s+(?:number|no|code|link))?)\b"
_INFO_THINGS = either("""katalog(?:nya)?;catalogu?e?;price ?list(?:nya)?;daftar harga;foto(?:nya)?;photos?;pictures?;video(?:nya)?;penawaran(?:nya)?
    quotation;quote;invoice(?:nya)?;tagihan(?:nya)?;brosur(?:nya)?;brochure;rincian(?:nya)?;rekap(?:nya)?;detail(?:nya)?;details;link(?:nya)?
    silabus(?:nya)?;jadwal(?:nya)?;proposal(?:nya)?;file(?:nya)?;pdf(?:nya)?;desain(?:nya)?;mockup;sketsa(?:nya)?;surat;sertifikat(?:nya)?
    kontrak;estimasi biaya;simulasi(?:nya)?;(?:per)?hitungan(?:nya)?;rab(?:nya)?;brief(?:nya)?;formulir(?:nya)?;form(?:nya)?;daftar menu(?:nya)?
    size ?chart(?:nya)?;tabel ukuran(?:nya)?;daftar (?:harga|produk|warna|ukuran)(?:nya)?;portofolio(?:nya)?;total(?:an)?(?:nya)?;materi(?:nya)?;rekaman(?:nya)?;modul(?:nya)?;testimoni;contoh(?:nya)?""")
INFO = rf"(?:{_INFO_THINGS})"
THING = re.compile(rf"(?:(?:untuk|utk|soal)\s+)?(?:{RESI}|{INFO}\b|refund\w*)", re.I)
_SEND = r"(?:di|me|meng|ku)?(?:kirim|krm)(?:kan|in|i|nya)?\b|mengirim(?:kan)?|send\b|share\b|email(?:kan|in)?\b|bagikan"
_GIVING = either(
    "kasih;beri(?:kan)?;bagi;info(?:kan|in)?;(?:di)?siapkan;siapin;(?:di)?buatkan;buatin;susul(?:kan)?;menyusul;upload;post"
)
_GIVE = rf"(?:{_SEND}|{_GIVING})"
_MONEY = either("dana;uang;duit;saldo;dananya;uangnya;selisih(?:nya)?;sisa(?:nya)?;kelebihan(?:nya)?")
_RETURNED = either(
    "kembali\\w*;(?:di)?kembalikan;balik(?:in)?;dibalikin;(?:di)?transfer;tf;cair;masuk;(?:di)?proses"
)

KINDS: tuple[tuple[PromiseKind, re.Pattern[str]], ...] = (
    (
        PromiseKind.REFUND,
        any_of(f"""(?:di|meng)?refund\\w*;(?:{_MONEY}|pengembalian dana)\\b.*\\b(?:{_RETURNED});(?:{_RETURNED})\\b.*\\b(?:{_MONEY})\\b
        (?:di)?transfer (?:balik|kembali);cashback\\w*;money back"""),
    ),
    (
        PromiseKind.REPLACE,
        any_of("""(?:di|meng)?ganti(?:kan|in)?\\b(?! (?:alamat|warna|password));pengganti(?:nya)?;gantinya\\b;(?:di)?tukar(?:kan|in)?\\b;(?:di)?kirim ulang
        replace\\w*;exchange\\b;resend"""),
    ),
    (PromiseKind.SEND_TRACKING, any_of(RESI)),
    (
        PromiseKind.RESTOCK_INFO,
        any_of("""re-?stock?\\w*;(?:stok|stock|barang|barangnya|stoknya) (?:\\w+ )?(?:masuk|datang|dateng|ready);ready (?:lagi|stock|stok|kembali)
        back in stock;ready\\b(?! (?:kak|ka)?$)"""),
    ),
    (
        PromiseKind.CALL_BACK,
        any_of(
            "(?:di|me|mene|ku)?tele?pon\\w*;(?:di)?tlp\\w*;(?:di)?telp\\w*;video ?call;(?:di)?call\\b;calling;ring you"
        ),
    ),
    (
        PromiseKind.SEND_INFO,
        any_of(f"""{_GIVE}\\b.*\\b{INFO}\\b;{INFO}\\b.*\\b(?:{_GIVE}|nyusul|dibuatkan|(?:saya|kami) buat|jadi|selesai);foto(?:in|kan)\\b
        (?:di)?videoin\\b;(?:di)?hitung(?:kan|in)\\b;difoto(?:in|kan)?\\b"""),
    ),
    (
        PromiseKind.DELIVER,
        any_of("""(?:sampai|sampe|nyampe|nyampai)(?! (?:jam|tanggal|tgl|dengan|besok|lusa|nanti|hari|jumpa|ketemu|senin|selasa|rabu|kamis|jumat|sabtu|minggu))
        tiba\\b;(?:di)?antar(?:kan|in)?\\b(?! ke (?:jne|j&t|jnt|sicepat|pos|anteraja|ekspedisi|kurir));diantar\\w*;mengantar\\w*;diterima\\b
        deliver(?:ed|y|s)?\\b;arrives?\\b"""),
    ),
    (
        PromiseKind.SEND_GOODS,
        any_of(f"""{_SEND};dikirim\\w*;pengiriman(?:nya)?\\b;kirimannya;ship(?:ped|ping|s)?\\b;dispatch\\w*;(?:di)?pick ?up;diambil (?:kurir|j&t|jnt|jne|sicepat|anteraja|ekspedisi|pos)
        kurir (?:kami )?(?:(?:yang|yg) )?(?:ambil|jemput);(?:di)?(?:antar|anter|drop|bawa|setor|serahkan) ke \\w+;(?:di)?berangkat(?:kan)?;(?:jalan|jalankan|otw)\\b
        kirimnya"""),
    ),
    (
        PromiseKind.REPLY,
        any_of("""(?:di|ku|ta|me|menga?)?kabar(?:i|in|kan|nya)?\\b;mengabari;kbr[iin]*\\b;(?:di)?info(?:kan|in|rmasikan|nya)?\\b;menginfo\\w*
        (?:di)?konfirmasi(?:kan)?\\b;(?:di)?update\\w*;(?:di|mem)?balas\\b;(?:di|men)?jawab\\b;follow ?-?up;(?:di)?cek(?:kan|in)?\\b
        (?:di)?tanya(?:kan|in)\\b;(?:di|meng)?hubungi\\w*;(?:di)?kontak\\b;chat (?:lagi|kakak|kembali);get back;let you know;repl(?:y|ies)\\b
        contact you;answer for you;(?:di)?ingatkan\\b;(?:di)?ingetin\\b;tindak ?lanjuti;ditindak ?lanjuti;confirm\\b;check\\b"""),
    ),
    (
        PromiseKind.OTHER,
        any_of("""(?:di|mem)?proses\\b;(?:di|men)?kerja(?:kan|in)\\b;selesai(?:kan)?\\b;diselesaikan;beres\\b;(?:di)?buat(?:kan|in)?\\b
        jadi\\b(?! (?:nanti|besok|kak|kami|kita|saya|order|beli|ambil|pesan));(?:di|mem)?per?baiki\\b;(?:di)?revisi\\b;(?:di)?siap(?:kan|in)\\b
        (?:di)?pack(?:ing)?\\b;(?:di)?kemas\\b;finish(?:ed)?\\b;done\\b;fix(?:ed)?\\b;(?:di)?jemput\\b;(?:di)?pasang\\b;(?:di)?servis\\b
        datang\\b;ke (?:rumah|lokasi)\\b;(?:di)?aktifkan\\b;(?:di)?rekap(?:kan|in)?\\b;(?:di)?upgrade\\b"""),
    ),
)
"""What is done, in the order of preference where a clause names several deeds."""

NEEDS_US = frozenset({PromiseKind.REPLY, PromiseKind.CALL_BACK})
"""These say little without somebody who does them: `kabari besok ya kak` asks the customer."""
