/**
 * What the API says to people, by its English words; `{}` stands for what is put in, in the same order. Codes and names of
 * fields stay as they are. A test finds every text of the sources that is missing here.
 */
export const indonesian: Record<string, string> = {
  // The catalog, by hand
  'Say in If-Match which version you have read: its ETag, or * for any':
    'Sebutkan di If-Match versi yang Anda baca: ETag-nya, atau * untuk versi apa pun',
  'It was changed since you read it: read it again, then decide':
    'Sudah diubah sejak Anda membacanya: baca lagi, lalu putuskan',
  'This slug is taken': 'Slug ini sudah dipakai',
  'Services stand in this category: move or delete them, or retire it':
    'Masih ada layanan di kategori ini: pindahkan atau hapus layanan itu, atau hentikan kategorinya',
  'Services of this category are for sale: move or retire them first':
    'Layanan di kategori ini masih dijual: pindahkan atau hentikan dahulu',
  'The service has plans: delete them first, or retire the service':
    'Layanan ini memiliki paket: hapus dahulu paketnya, atau hentikan layanannya',
  'The template {} needs at least {}': 'Templat {} membutuhkan paling sedikit {}',
  'There is no template of this name': 'Tidak ada templat dengan nama ini',
  'There is no such category': 'Kategori itu tidak ada',
  'This category is retired: bring it back first': 'Kategori ini sudah dihentikan: aktifkan dahulu',
  'Somebody has subscribed to this service: make another one for another template':
    'Sudah ada yang berlangganan layanan ini: buat layanan lain untuk templat lain',
  'A plan is smaller than the template needs': 'Ada paket yang lebih kecil dari kebutuhan templat',
  'The licence asks for an agreement with its maker: confirm that there is one (confirmLicence)':
    'Lisensinya meminta perjanjian dengan pembuatnya: pastikan perjanjian itu ada (confirmLicence)',
  'More slots than that are held by subscriptions': 'Slot yang dipegang langganan lebih banyak dari itu',
  'Somebody has subscribed to this plan: retire it, its history stays':
    'Sudah ada yang berlangganan paket ini: hentikan saja, riwayatnya tetap ada',
  'Another plan of this service has this tier': 'Paket lain dari layanan ini memakai tingkat ini',
  'Nothing is left to refund at the end of the period': 'Tidak ada sisa untuk dikembalikan pada akhir masa',
  'It will end with this period already': 'Langganan ini memang akan berakhir dengan masa ini',
  'How much an app uses is not stored yet; the metrics show what it uses now':
    'Pemakaian aplikasi belum disimpan; metrik menunjukkan pemakaiannya sekarang',
  'Expected with no `until`, or `until` without it': 'Harus tanpa `until`, atau `until` tanpa ini',
  'Expected a time after what is paid, and after now': 'Harus waktu setelah masa yang dibayar, dan setelah sekarang',
  'Expected with no `billingCycle`': 'Harus ada bila tanpa `billingCycle`',
  'They have a live subscription to this service': 'Pelanggan ini sudah memiliki langganan aktif untuk layanan ini',
  'An upgrade is under way; book the change once it is finished':
    'Kenaikan paket sedang berlangsung; jadwalkan perubahan setelah selesai',
  'Another change is booked already; take it back first': 'Sudah ada perubahan terjadwal; batalkan dahulu',
  'No change is booked': 'Tidak ada perubahan terjadwal',
  'A change is booked for the next period; take it back first':
    'Ada perubahan terjadwal untuk masa berikutnya; batalkan dahulu',
  'This is the plan and the cycle you have': 'Ini paket dan siklus yang Anda miliki',
  'This plan is not lower: upgrade to it, which counts at once':
    'Paket ini tidak lebih rendah: tingkatkan paket, yang langsung berlaku',
  'Expected a time before the end of the range': 'Harus waktu sebelum akhir rentang',
  'Expected at most {} days': 'Paling lama {} hari',
  'Expected at most {} days from now': 'Paling lama {} hari dari sekarang',
  // Vouchers
  'There is no voucher with this code': 'Tidak ada voucher dengan kode ini',
  'There is a voucher with this code': 'Sudah ada voucher dengan kode ini',
  'This voucher is for a subscription: give it when you subscribe':
    'Voucher ini untuk langganan: masukkan saat Anda berlangganan',
  'This voucher is for a top-up: give it with your next top-up':
    'Voucher ini untuk isi saldo: masukkan pada isi saldo Anda berikutnya',
  'This voucher is credited by itself: redeem it in your wallet':
    'Voucher ini langsung menjadi saldo: tukarkan di dompet Anda',
  'This voucher is not valid yet': 'Voucher ini belum berlaku',
  'This voucher has expired': 'Voucher ini sudah kedaluwarsa',
  'This voucher has been used up': 'Voucher ini sudah habis dipakai',
  'You have used this voucher already': 'Anda sudah memakai voucher ini',
  'You have used this voucher as often as you may': 'Anda sudah memakai voucher ini sebanyak yang diperbolehkan',
  'This voucher is not for this plan': 'Voucher ini bukan untuk paket ini',
  'The amount is too small for this voucher': 'Jumlahnya terlalu kecil untuk voucher ini',
  'This voucher is for new customers': 'Voucher ini untuk pelanggan baru',
  'This voucher saves you nothing here': 'Voucher ini tidak mengurangi apa pun di sini',
  'It was used more often than that': 'Pemakaiannya sudah lebih banyak dari itu',
  'A customer has used it more often than that': 'Ada pelanggan yang memakainya lebih sering dari itu',
  'Expected 4 to 32 letters and digits': 'Harus 4 sampai 32 huruf dan angka',
  'Expected 1 to 12 letters and digits': 'Harus 1 sampai 12 huruf dan angka',
  'Expected one of amount and percent': 'Harus salah satu dari amount dan percent',
  'Expected with `percent` only': 'Hanya bersama `percent`',
  'Expected with no code of your own': 'Hanya tanpa kode sendiri',
  'Expected with no plan: one of the two': 'Hanya tanpa paket: salah satu dari keduanya',
  'Expected with the purpose `first_period` only': 'Hanya dengan tujuan `first_period`',
  'Expected with another purpose: there is nothing to take a part of':
    'Hanya dengan tujuan lain: tidak ada yang dapat diambil bagiannya',
  'Expected with another purpose: there is nothing to pay': 'Hanya dengan tujuan lain: tidak ada yang dibayar',
  'Expected with the purpose `credit`: the most that it can cost':
    'Wajib dengan tujuan `credit`: paling banyak yang dapat dikeluarkan',
  'Expected no time before `validFrom`': 'Tidak boleh sebelum `validFrom`',
  'There is no such plan': 'Paket itu tidak ada',
  'There is no such service': 'Layanan itu tidak ada',
  // What the cluster can hold
  'The cluster has no storage class for the data of this app':
    'Klaster tidak memiliki kelas penyimpanan untuk data aplikasi ini',
  'No node of the cluster has a disk for so much data': 'Tidak ada node klaster dengan disk untuk data sebanyak itu',
  'No node of the cluster is large enough for this plan': 'Tidak ada node klaster yang cukup besar untuk paket ini',
  // Mails that come back
  'This link is not valid': 'Tautan ini tidak valid',
  'Mails to your address come back, so none are sent there, not even a link for a new password. Change your address, or tell us once it works again.':
    'Surel ke alamat Anda kembali, jadi kami tidak mengirim lagi ke sana, juga tidak tautan untuk kata sandi baru. Ganti alamat Anda, atau beri tahu kami bila alamat itu sudah berfungsi.',
  'A mail of ours was reported as spam from your address, so none are sent there, not even a link for a new password. Tell us if you want them again.':
    'Surel kami dilaporkan sebagai spam dari alamat Anda, jadi kami tidak mengirim lagi ke sana, juga tidak tautan untuk kata sandi baru. Beri tahu kami bila Anda ingin menerimanya lagi.',
  'Suppressed address not found': 'Alamat itu tidak sedang ditahan',
  // Signing in, sessions, tokens
  'Sign in first': 'Silakan masuk dahulu',
  'E-mail or password is wrong': 'Surel atau kata sandi salah',
  'The password is wrong': 'Kata sandi salah',
  'The current password is wrong': 'Kata sandi sekarang salah',
  'The access token is not valid': 'Token akses tidak valid',
  'The access token has expired': 'Token akses sudah kedaluwarsa',
  'The refresh token is not valid': 'Token penyegar tidak valid',
  'This refresh token was used before; sign in again': 'Token penyegar ini sudah dipakai; silakan masuk lagi',
  'This session has ended; sign in again': 'Sesi ini sudah berakhir; silakan masuk lagi',
  'This session is not yours': 'Sesi ini bukan milik Anda',
  'The API token is not valid': 'Token API tidak valid',
  'The API token has expired': 'Token API sudah kedaluwarsa',
  'This token is not yours': 'Token ini bukan milik Anda',
  'This token lacks the scope {}': 'Token ini tidak memiliki cakupan {}',
  'API tokens can’t do this; sign in instead': 'Token API tidak dapat melakukan ini; silakan masuk',
  'At most {} tokens at a time; revoke one first': 'Paling banyak {} token sekaligus; cabut satu dahulu',
  'Only administrators can give a token the scopes of administrators':
    'Hanya administrator yang dapat memberi token cakupan administrator',
  'Administrators only': 'Hanya untuk administrator',
  'This account is suspended': 'Akun ini ditangguhkan',
  'This account is closed': 'Akun ini sudah ditutup',
  'This account is closed already': 'Akun ini sudah ditutup',
  'This account was changed in the meantime; try again': 'Akun ini baru saja diubah; coba lagi',
  'The account is closed': 'Akun sudah ditutup',
  'The account is suspended already': 'Akun sudah ditangguhkan',
  'The account is not suspended': 'Akun tidak sedang ditangguhkan',
  'You can’t do this to your own account': 'Anda tidak dapat melakukan ini pada akun sendiri',
  'You are the only administrator; make somebody else an administrator first':
    'Anda satu-satunya administrator; jadikan orang lain administrator dahulu',
  'This e-mail address is taken': 'Alamat surel ini sudah dipakai',
  'The address is verified already': 'Alamat sudah dikonfirmasi',
  'Too many of these mails were asked for; try again in an hour':
    'Terlalu banyak surel seperti ini diminta; coba lagi satu jam lagi',
  'This link is not valid any more; ask for a new one': 'Tautan ini sudah tidak berlaku; mintalah yang baru',
  'Too many sign-ins right now': 'Terlalu banyak yang sedang masuk; coba lagi',
  'Send `totp`: a one-time code, or a recovery code': 'Kirim `totp`: kode sekali pakai, atau kode pemulihan',
  'Set two-factor up first': 'Siapkan verifikasi dua langkah dahulu',
  'Two-factor is on already': 'Verifikasi dua langkah sudah aktif',
  'Two-factor is not on': 'Verifikasi dua langkah tidak aktif',
  'The code is wrong or was used before': 'Kode salah atau sudah pernah dipakai',
  'Too many wrong codes; a recovery code still works': 'Terlalu banyak kode salah; kode pemulihan tetap berlaku',
  'The wallet is not empty, counting refunds for apps that never ran: confirm that you give the balance up':
    'Dompet belum kosong, termasuk pengembalian untuk aplikasi yang tidak pernah berjalan: konfirmasikan bahwa Anda melepaskan saldonya',
  // Buying and running
  'All slots of {} are taken': 'Semua slot {} sudah terisi',
  'This plan is no longer sold': 'Paket ini tidak dijual lagi',
  'This plan belongs to another service': 'Paket ini milik layanan lain',
  'This plan is too small for its app': 'Paket ini terlalu kecil untuk aplikasinya',
  'You have a live subscription to this service': 'Anda sudah berlangganan layanan ini',
  'You have a live subscription to this service by now': 'Sekarang Anda sudah berlangganan layanan ini',
  'Only a server whose payment provider and cluster are stand-ins has a clock to move':
    'Hanya server yang penyedia pembayaran dan klasternya tiruan yang jamnya dapat digeser',
  'The clock is being moved': 'Jamnya sedang digeser',
  'There is no template of this name: leave If-Match out to make it':
    'Tidak ada templat dengan nama ini: hilangkan If-Match untuk membuatnya',
  'The signature or its time is not valid': 'Tanda tangan atau waktunya tidak valid',
  'The subscription was renewed a moment ago; name its `periodEnd` to pay the next period too':
    'Langganan baru saja diperpanjang; sebutkan `periodEnd` untuk membayar periode berikutnya juga',
  'An administrator has ended it for the end of its period': 'Administrator telah mengakhirinya untuk akhir periodenya',
  'You have this service already; upgrade its plan instead': 'Anda sudah memiliki layanan ini; naikkan paketnya',
  'No app template named {} is installed': 'Tidak ada templat aplikasi bernama {}',
  'This subscription is not yours': 'Langganan ini bukan milik Anda',
  'This subscription has ended': 'Langganan ini sudah berakhir',
  'This subscription has ended already': 'Langganan ini sudah berakhir',
  'This subscription has no app yet': 'Langganan ini belum memiliki aplikasi',
  'This subscription is suspended until it is paid': 'Langganan ini ditangguhkan sampai dibayar',
  'This subscription is suspended; resume it first': 'Langganan ini ditangguhkan; lanjutkan dahulu',
  'The subscription was renewed in the meantime': 'Langganan baru saja diperpanjang',
  'This subscription will end; turn auto-renew on to keep it':
    'Langganan ini akan berakhir; aktifkan perpanjangan otomatis untuk mempertahankannya',
  'This subscription is suspended by an administrator': 'Langganan ini ditangguhkan oleh administrator',
  'The app is not ready yet': 'Aplikasi belum siap',
  'The app is not ready yet: there is nothing to renew': 'Aplikasi belum siap: belum ada yang diperpanjang',
  'An upgrade is under way already': 'Kenaikan paket sedang berlangsung',
  'An upgrade is under way; renew once it is finished': 'Kenaikan paket sedang berlangsung; perpanjang setelah selesai',
  'This period is over; renew first': 'Periode ini sudah habis; perpanjang dahulu',
  'The app is not running; start it first': 'Aplikasi tidak berjalan; mulai dahulu',
  'This is the plan you have': 'Ini paket Anda sekarang',
  'This plan is not higher than the one you have': 'Paket ini tidak lebih tinggi dari paket Anda',
  'The next period is paid already': 'Periode berikutnya sudah dibayar',
  'The storage of this app can’t grow on this cluster':
    'Penyimpanan aplikasi ini tidak dapat diperbesar di klaster ini',
  'The cluster can’t be reached right now to check whether the storage can grow':
    'Klaster sedang tidak dapat dihubungi untuk memeriksa apakah penyimpanan dapat diperbesar',
  'The cluster can’t be reached right now': 'Klaster sedang tidak dapat dihubungi',
  'The app is stopped already': 'Aplikasi sudah berhenti',
  'The app is running already': 'Aplikasi sudah berjalan',
  'The app is starting already': 'Aplikasi sedang dimulai',
  'The app has failed; restart it or deploy it again': 'Aplikasi gagal; mulai ulang atau pasang kembali',
  'The app was removed; deploy it again first': 'Aplikasi sudah dihapus; pasang kembali dahulu',
  'Only an app that has failed or was removed can be deployed again':
    'Hanya aplikasi yang gagal atau sudah dihapus yang dapat dipasang kembali',
  'This instance is not yours': 'Instans ini bukan milik Anda',
  'This instance is terminated': 'Instans ini sudah dihapus',
  // Money
  'The wallet does not hold enough': 'Saldo dompet tidak cukup',
  'At least {} must be paid by {}': 'Paling sedikit {} dengan {}',
  'At most {} can be paid by {}': 'Paling banyak {} dengan {}',
  '{} is not offered here': '{} tidak tersedia di sini',
  'At most {} top-ups can wait for payment; pay or cancel one first':
    'Paling banyak {} isi saldo dapat menunggu pembayaran; bayar atau batalkan satu dahulu',
  'No order is known by this name, and no notice has named one with this transaction':
    'Tidak ada pesanan dengan nama ini, dan belum ada notifikasi yang menyebutnya bersama transaksi ini',
  'This card token can’t be used: it is wrong, too old or was used before. Enter the card again.':
    'Token kartu ini tidak dapat dipakai: salah, terlalu lama, atau sudah dipakai. Masukkan kartu lagi.',
  'This top-up is {}': 'Isi saldo ini berstatus {}',
  'This top-up is not yours': 'Isi saldo ini bukan milik Anda',
  'This top-up was paid already': 'Isi saldo ini sudah dibayar',
  'The payment could not be cancelled': 'Pembayaran tidak dapat dibatalkan',
  'This transaction is not yours': 'Transaksi ini bukan milik Anda',
  'Only charges have a receipt': 'Hanya tagihan yang memiliki kuitansi',
  'Only a paid top-up can be refunded': 'Hanya isi saldo yang sudah dibayar dapat dikembalikan',
  "{} can't be refunded by the provider; send it by hand (way: manual)":
    '{} tidak dapat dikembalikan oleh penyedia; kirim secara manual (way: manual)',
  'That is more than can be refunded: see what is left of the top-up and in the wallet':
    'Jumlah itu lebih dari yang dapat dikembalikan: lihat sisa isi saldo dan dompet',
  'This refund is {}': 'Pengembalian ini berstatus {}',
  'The provider sends this refund; it needs no confirmation':
    'Penyedia mengirim pengembalian ini; tidak perlu dikonfirmasi',
  'This case is {}': 'Kasus ini berstatus {}',
  'This payment is not ours, or not in rupiah; it can only be dismissed':
    'Pembayaran ini bukan milik kami, atau bukan dalam rupiah; hanya dapat ditutup',
  'At most {} top-ups can be open; cancel one first': 'Paling banyak {} isi saldo dapat terbuka; batalkan satu dahulu',
  'This is being worked on. Please try again in a moment.': 'Ini sedang dikerjakan. Silakan coba lagi sebentar lagi.',
  'The payment was refused. Please try another payment method.':
    'Pembayaran ditolak. Silakan coba metode pembayaran lain.',
  'The payment provider did not answer in time. Please check again in a moment.':
    'Penyedia pembayaran tidak menjawab tepat waktu. Silakan periksa lagi sebentar lagi.',
  'The payment provider is not available right now. Please try again in a moment.':
    'Penyedia pembayaran sedang tidak tersedia. Silakan coba lagi sebentar lagi.',
  'The payment provider does not know this payment.': 'Penyedia pembayaran tidak mengenal pembayaran ini.',
  'The payment is in a state that does not allow this.': 'Status pembayaran tidak mengizinkan hal ini.',
  'The payment could not be processed.': 'Pembayaran tidak dapat diproses.',
  'Payments are not available right now.': 'Pembayaran sedang tidak tersedia.',
  'The payment provider’s answer could not be used. We are looking into the payment.':
    'Jawaban penyedia pembayaran tidak dapat dipakai. Pembayaran ini sedang kami periksa.',
  'This payment has since been credited as the top-up; it can only be dismissed':
    'Pembayaran ini sudah dikreditkan sebagai isi saldo; hanya dapat ditutup',
  'Everything paid for this period has been refunded already':
    'Semua yang dibayar untuk periode ini sudah dikembalikan',
  'Nothing was paid for this period': 'Tidak ada yang dibayar untuk periode ini',
  'The period is over': 'Periode ini sudah habis',
  'That is more than is left of what was paid': 'Itu lebih dari sisa yang dibayar',
  'At most {} exports at a time': 'Paling banyak {} ekspor sekaligus',
  'Too many exports at a time; try again later': 'Terlalu banyak ekspor sekaligus; coba lagi nanti',
  // Requests
  'Too many requests': 'Terlalu banyak permintaan',
  'At most {} streams at a time': 'Paling banyak {} aliran sekaligus',
  'Internal error': 'Kesalahan internal',
  'No such route': 'Alamat API ini tidak ada',
  'The body is not valid': 'Isi permintaan tidak valid',
  'The query is not valid': 'Parameter kueri tidak valid',
  'The path is not valid': 'Parameter jalur tidak valid',
  'The header is not valid': 'Header tidak valid',
  'The body is larger than {} KiB': 'Isi permintaan lebih besar dari {} KiB',
  'The body is not UTF-8': 'Isi permintaan bukan UTF-8',
  'The body is not readable': 'Isi permintaan tidak dapat dibaca',
  'The body is not well-formed JSON': 'Isi permintaan bukan JSON yang benar',
  'The body must be JSON, with content-type application/json':
    'Isi permintaan harus JSON, dengan content-type application/json',
  'The path is longer than {} characters': 'Alamat lebih panjang dari {} karakter',
  'The query is longer than {} characters': 'Kueri lebih panjang dari {} karakter',
  'The URL holds a NUL character': 'URL memuat karakter NUL',
  'The request names no valid Host': 'Permintaan tidak menyebut Host yang valid',
  'The path is not in its normal form': 'Jalur tidak dalam bentuk bakunya',
  '{} is not a method of this path': '{} bukan metode jalur ini',
  'The first request with this Idempotency-Key is still running':
    'Permintaan pertama dengan Idempotency-Key ini masih berjalan',
  'This Idempotency-Key was used for something else': 'Idempotency-Key ini sudah dipakai untuk hal lain',
  'This Idempotency-Key was used with another request': 'Idempotency-Key ini sudah dipakai dengan permintaan lain',
  'The signature is not valid': 'Tanda tangan tidak valid',
  'The server is starting': 'Server sedang dimulai',
  'The server is shutting down': 'Server sedang dimatikan',
  'The change could not be saved': 'Perubahan tidak dapat disimpan',
  'Nothing can be saved at the moment': 'Saat ini tidak ada yang dapat disimpan',
  'Too many changes are waiting; try again shortly': 'Terlalu banyak perubahan menunggu; coba lagi sebentar lagi',
  'The database is closing': 'Basis data sedang ditutup',
  // What is not there
  'Audit entry not found': 'Catatan audit tidak ditemukan',
  'Category not found': 'Kategori tidak ditemukan',
  'Icon not found': 'Ikon tidak ditemukan',
  'Instance not found': 'Instans tidak ditemukan',
  'Job not found': 'Pekerjaan tidak ditemukan',
  'Mail not found': 'Surel tidak ditemukan',
  'Order not found': 'Pesanan tidak ditemukan',
  'Payment case not found': 'Kasus pembayaran tidak ditemukan',
  'Plan not found': 'Paket tidak ditemukan',
  'Refund not found': 'Pengembalian tidak ditemukan',
  'Schedule not found': 'Jadwal tidak ditemukan',
  'Kind of jobs not found': 'Jenis pekerjaan tidak ditemukan',
  'Service not found': 'Layanan tidak ditemukan',
  'Session not found': 'Sesi tidak ditemukan',
  'Subscription not found': 'Langganan tidak ditemukan',
  'Template not found': 'Templat tidak ditemukan',
  'Token not found': 'Token tidak ditemukan',
  'Voucher not found': 'Voucher tidak ditemukan',
  'Top-up not found': 'Isi saldo tidak ditemukan',
  'Transaction not found': 'Transaksi tidak ditemukan',
  'User not found': 'Pengguna tidak ditemukan',
  // Rules of a field
  'Expected required property': 'Wajib diisi',
  'Not a known name': 'Nama ini tidak dikenal',
  'Expected at least {} characters': 'Paling sedikit {} karakter',
  'Expected at most {} characters': 'Paling banyak {} karakter',
  'Expected at least {} items': 'Paling sedikit {} isian',
  'Expected at most {} items': 'Paling banyak {} isian',
  'Expected at most {} spaces together': 'Paling banyak {} spasi berturut-turut',
  'Expected at most {} bytes in one thing': 'Paling banyak {} bita untuk satu hal',
  'Expected at most {} names': 'Paling banyak {} nama',
  'Expected no duplicate items': 'Tidak boleh ada isian yang sama',
  'Expected at least {}': 'Paling sedikit {}',
  'Expected at most {}': 'Paling banyak {}',
  'Expected one of {}': 'Harus salah satu dari {}',
  'Expected once': 'Hanya boleh sekali',
  'Expected string': 'Harus teks',
  'Expected integer': 'Harus bilangan bulat',
  'Expected number': 'Harus bilangan',
  'Expected boolean': 'Harus true atau false',
  'Expected object': 'Harus objek',
  'Expected array': 'Harus daftar',
  'Expected null': 'Harus null',
  'Expected an e-mail address': 'Harus alamat surel',
  'Expected a date and time such as {}': 'Harus tanggal dan waktu seperti {}',
  'Expected text without NUL characters and half surrogate pairs':
    'Harus teks tanpa karakter NUL dan tanpa separuh pasangan pengganti',
  'Expected only lower-case letters, digits and hyphens': 'Hanya huruf kecil, angka, dan tanda hubung',
  'Expected more than spaces': 'Jangan hanya spasi',
  'Expected a name on one line, with at least one visible character':
    'Harus nama satu baris, dengan paling sedikit satu karakter yang terlihat',
  'Expected a name on one line, without spaces at its ends': 'Harus nama satu baris, tanpa spasi di ujungnya',
  'Expected text of the form {}': 'Harus teks berbentuk {}',
  'Expected at most {} levels': 'Paling banyak {} tingkat',
  'Expected at most {} names and items': 'Paling banyak {} nama dan isian',
  'Expected {} or {}': 'Harus {} atau {}',
  'Expected a day that exists in its month': 'Hari itu tidak ada di bulannya',
  'Expected a time that is not after `to`': 'Waktu tidak boleh sesudah `to`',
  'Expected an address other than the current one': 'Harus alamat lain dari yang sekarang',
  'Expected no simple pattern': 'Jangan memakai pola sederhana',
  'Expected more than a number': 'Jangan hanya angka',
  'Expected something other than your own name or address': 'Jangan memakai nama atau alamat Anda sendiri',
  'Expected a less common password': 'Kata sandi ini terlalu umum',
  'Expected the name of the instance': 'Harus nama instans',
  'Expected 1 to 128 visible ASCII characters': 'Harus 1 sampai 128 karakter ASCII yang terlihat',
  'Expected with credit_card': 'Wajib diisi untuk credit_card',
  'Expected with this kind': 'Wajib diisi untuk jenis ini',
  'Expected with the kind `amount` only': 'Hanya untuk jenis `amount`',
  'Only the first {} rows can be paged through; let filters or another order find the others':
    'Hanya {} baris pertama dapat dibuka per halaman; pakai filter atau urutan lain untuk menemukan yang lain',
  'Expected {}': 'Harus {}',
  'The file is too much for one go just now: try again, or import it in parts':
    'Berkas ini terlalu banyak untuk sekaligus saat ini: coba lagi, atau impor per bagian',
  'A secret is not taken from a file: set it at the service': 'Rahasia tidak diterima dari berkas: atur di layanannya',
  // Drawings
  'Not a drawing that is taken, at character {}: not well-formed':
    'Bukan gambar yang diterima, pada karakter {}: bentuknya tidak benar',
  'Not a drawing that is taken, at character {}: <svg> needs xmlns and viewBox':
    'Bukan gambar yang diterima, pada karakter {}: <svg> memerlukan xmlns dan viewBox',
  'Not a drawing that is taken, at character {}: no words may stand here':
    'Bukan gambar yang diterima, pada karakter {}: di sini tidak boleh ada kata',
  'Not a drawing that is taken, at character {}: more than {} levels':
    'Bukan gambar yang diterima, pada karakter {}: lebih dari {} tingkat',
  'Not a drawing that is taken, at character {}: {} is not taken, or not so':
    'Bukan gambar yang diterima, pada karakter {}: {} tidak diterima, atau tidak begitu',
  'Not a drawing that is taken, at character {}: {} is not taken':
    'Bukan gambar yang diterima, pada karakter {}: {} tidak diterima',
  // Notes of licences
  'The Business Source License grants production use within limits; charging others for hosted Directus needs an agreement with Monospace, Inc.':
    'Business Source License mengizinkan pemakaian produksi dalam batas tertentu; memungut bayaran dari pihak lain untuk hosting Directus memerlukan perjanjian dengan Monospace, Inc.',
  "n8n's Sustainable Use License allows internal business use; charging others for hosted n8n needs an agreement with n8n GmbH.":
    'Sustainable Use License n8n mengizinkan pemakaian internal perusahaan; memungut bayaran dari pihak lain untuk hosting n8n memerlukan perjanjian dengan n8n GmbH.',
  // Inputs of an app's template
  'must be an object': 'Harus objek',
  'is required': 'Wajib diisi',
  'is required with {}': 'Wajib diisi bersama {}',
  'is not an input': 'Isian ini tidak dikenal',
  "can't be changed later": 'Tidak dapat diubah lagi',
  'must be true or false': 'Harus true atau false',
  'must be one of {}': 'Harus salah satu dari {}',
  'must be an e-mail address': 'Harus alamat surel',
  'must be a value of this form': 'Bentuk nilainya tidak sesuai',
  'must be a whole number from {} to {}': 'Harus bilangan bulat dari {} sampai {}',
  'must be text': 'Harus teks',
  'must have {} to {} characters': 'Harus {} sampai {} karakter',
  'must not contain control characters': 'Tidak boleh memuat karakter kendali',
  'must name its registry by a host name in lower case, with a port or without':
    'Registrinya harus berupa nama host dengan huruf kecil, dengan atau tanpa port',
  'must be an image such as registry.example.com/team/app:1.2, its name in lower case':
    'Harus image seperti registry.example.com/tim/aplikasi:1.2, dengan nama berhuruf kecil',
  'must have a tag or a digest': 'Harus memiliki tag atau digest',
  'must have a tag of letters, digits, dots, dashes and underscores':
    'Tag harus terdiri dari huruf, angka, titik, tanda hubung, dan garis bawah',
  'must have a digest of sha256: and 64 hexadecimal digits': 'Digest harus berupa sha256: dan 64 angka heksadesimal',
  'must have at most {} names': 'Paling banyak {} nama',
  'has a name that is not letters, digits and underscores, 100 at most, with no digit first':
    'Memuat nama yang bukan huruf, angka, dan garis bawah, paling banyak 100, dan tidak diawali angka',
  'must have at most {} characters in all': 'Paling banyak {} karakter seluruhnya',
  'must be a list of texts': 'Harus daftar teks',
  'must have at most {} texts': 'Paling banyak {} teks',
  'must be a host name in lower case, with a port or without, and nothing else':
    'Harus nama host dengan huruf kecil, dengan atau tanpa port, dan tidak ada yang lain',
  'must not contain a colon': 'Tidak boleh memuat titik dua',
  'must have server, username and password, and nothing else':
    'Harus memuat server, username, dan password, dan tidak ada yang lain',
  'must be an absolute folder such as /data': 'Harus folder absolut seperti /data',
  'must not be a folder of the system': 'Tidak boleh folder sistem',
  'is set already': 'Sudah ditentukan',
  'is set by the operator': 'Ditentukan oleh pengelola',
  'is fixed by the service': 'Sudah ditetapkan layanan',
  'stands for a secret that is not shown: leave it out to keep it':
    'Menggantikan rahasia yang tidak ditampilkan: kosongkan untuk mempertahankannya',
  'The template needs values that nobody gives: fix them (presets), or let customers set them (customerInputs)':
    'Templat membutuhkan nilai yang tidak diisi siapa pun: tetapkan (presets), atau izinkan pelanggan mengisinya (customerInputs)',
  'is taken by the app itself': 'Sudah dipakai aplikasi itu sendiri',
  // Trials
  'This version is being tried already': 'Versi ini sedang dicoba',
  'Two versions are being tried already: wait until one of them has ended':
    'Sudah ada dua versi yang sedang dicoba: tunggu sampai salah satunya selesai',
  'It is being tried: wait until that has ended': 'Sedang dicoba: tunggu sampai selesai',
  'Trial not found': 'Percobaan tidak ditemukan',
  // Updates
  'An update is under way: wait until the app runs': 'Pembaruan sedang berjalan: tunggu sampai aplikasinya berjalan',
  'An upgrade is under way: wait until the app runs':
    'Kenaikan paket sedang berjalan: tunggu sampai aplikasinya berjalan',
  'An update of the app is under way': 'Pembaruan aplikasi sedang berjalan',
  'Only an app that runs or has failed can be updated': 'Hanya aplikasi yang berjalan atau gagal yang dapat diperbarui',
  'The app has the newest version already': 'Aplikasi sudah memakai versi terbaru',
  'The app can’t be updated to this version': 'Aplikasi tidak dapat diperbarui ke versi ini',
  'The plan of this app is too small for the new version': 'Paket aplikasi ini terlalu kecil untuk versi yang baru',
  'All apps of this template are being updated already': 'Semua aplikasi dari templat ini sedang diperbarui',
  'Update of all apps not found': 'Pembaruan semua aplikasi tidak ditemukan',
  'Template version not found': 'Versi templat tidak ditemukan',
  // Templates of an operator's
  'This template is retired: bring it back first': 'Templat ini sudah dipensiunkan: aktifkan lagi dulu',
  'The program itself has a template of this name: take another':
    'Program sendiri punya templat dengan nama ini: pakai nama lain',
  'A version of this template says the same already': 'Versi templat ini dengan isi yang sama sudah ada',
  'There are as many templates as there may be: delete one that is not used':
    'Jumlah templat sudah mencapai batas: hapus yang tidak dipakai',
  'This version is published already': 'Versi ini sudah diterbitkan',
  'A newer version is sold: upload this one again to make it the newest':
    'Versi yang lebih baru sudah dijual: unggah lagi yang ini agar menjadi yang terbaru',
  'The program brings this template itself: retire it': 'Templat ini dibawa oleh program: pensiunkan saja',
  'Apps were made of this template: retire it, its history stays':
    'Sudah ada aplikasi dari templat ini: pensiunkan saja, riwayatnya tetap',
  'Services are made of this template: delete them first, or retire it':
    'Ada layanan dari templat ini: hapus dulu layanannya, atau pensiunkan templatnya',
  'A published version stays': 'Versi yang sudah terbit tetap ada',
  'must be a list': 'Harus daftar',
  'must have {} to {} items': 'Harus {} sampai {} butir',
  'must have {} to {} names': 'Harus {} sampai {} nama',
  'must be of the form {}': 'Harus berbentuk {}',
  'is not a field of a template here; there are {}': 'Bukan isian templat di sini; yang ada: {}',
  'is not a regular expression of RE2, which has no look-around and no back-references':
    'Bukan ekspresi reguler RE2, yang tidak punya look-around dan back-reference',
  'repeats more than {} times: say it by the length': 'Berulang lebih dari {} kali: batasi lewat panjangnya',
  'is too large': 'Terlalu besar',
  'is too much: all patterns of a template have {} characters at most':
    'Terlalu banyak: semua pola dalam satu templat paling banyak {} karakter',
  'is a value that the app keeps for itself': 'Nilai ini dipakai oleh aplikasi sendiri',
  'is not a value that the input itself allows': 'Bukan nilai yang boleh untuk isian ini',
  'names the same thing twice': 'Menyebut hal yang sama dua kali',
  'must add up to 100': 'Jumlahnya harus 100',
  'must be at least 1, as the app keeps data': 'Paling sedikit 1, karena aplikasi menyimpan data',
  'is more than its share of the smallest plan': 'Lebih dari bagiannya dalam paket terkecil',
  'a template with secret inputs must generate a secret too':
    'Templat dengan isian rahasia harus membuat sebuah rahasia juga',
  'may be 0 only with pod security baseline': 'Boleh 0 hanya dengan keamanan pod baseline',
  'must have the names and shares of the version that is sold: apps keep their data on them':
    'Nama dan bagiannya harus sama dengan versi yang dijual: data aplikasi ada di sana',
  'must stay {}, as the version that is sold has it': 'Harus tetap {}, seperti pada versi yang dijual',
  'is needed, as apps of the version that is sold have no value for it':
    'Wajib ada, karena aplikasi dari versi yang dijual tidak punya nilainya',
  // Ways to pay
  'Payment page': 'Halaman pembayaran',
  'Credit card': 'Kartu kredit',
  'Mandiri bill payment': 'Mandiri Bill Payment',
  // Why an app does not run
  'The app’s image can’t be pulled.': 'Image aplikasi tidak dapat diunduh.',
  'The app’s image has an invalid name.': 'Nama image aplikasi tidak valid.',
  'The app’s image is not on the node.': 'Image aplikasi tidak ada di node.',
  'The app keeps crashing right after its start. Its log says why.':
    'Aplikasi terus berhenti tiba-tiba segera setelah dimulai. Penyebabnya ada di log aplikasi.',
  'The app needs more memory than its plan has.':
    'Aplikasi memerlukan memori lebih besar daripada yang ada di paketnya.',
  'The app’s configuration can’t be applied.': 'Konfigurasi aplikasi tidak dapat diterapkan.',
  'The app’s container can’t be created.': 'Kontainer aplikasi tidak dapat dibuat.',
  'The app’s container can’t be started.': 'Kontainer aplikasi tidak dapat dimulai.',
  'No node has room for the app right now.': 'Saat ini tidak ada node yang memiliki tempat untuk aplikasi.',
  'The app did not become ready in time.': 'Aplikasi tidak siap pada waktunya.',
  'The cluster refuses to run the app.': 'Klaster menolak menjalankan aplikasi.',
  'Your share of the cluster is used up.': 'Jatah klaster Anda sudah habis.',
  // As it was called in what is stored since before.
  'The customer’s share of the cluster is used up.': 'Jatah klaster Anda sudah habis.',
  'The cluster’s security rules refuse the app.': 'Aturan keamanan klaster menolak aplikasi.',
  'The app was moved off its node.': 'Aplikasi dipindahkan dari nodenya.',
  'The app’s storage can’t grow on this cluster.': 'Penyimpanan aplikasi tidak dapat diperbesar di klaster ini.',
  'The cluster refuses the app’s configuration.': 'Klaster menolak konfigurasi aplikasi.',
  'The app is not ready ({}).': 'Aplikasi belum siap ({}).',
  'The app is stopped': 'Aplikasi berhenti',
  'The app is stopping': 'Aplikasi sedang dihentikan',
  'The app is being removed': 'Aplikasi sedang dihapus',
  'The app has been removed': 'Aplikasi sudah dihapus',
  'There is no app yet': 'Belum ada aplikasi',
  'The app has no pod yet': 'Aplikasi belum memiliki pod',
  'No figures yet: they appear about half a minute after the app starts':
    'Belum ada angka: angka muncul sekitar setengah menit setelah aplikasi dimulai',
  // Why an upgrade was taken back
  'The app was stopped before it ran at its new size.': 'Aplikasi dihentikan sebelum berjalan dengan ukuran barunya.',
  'The app was removed before it ran at its new size.': 'Aplikasi dihapus sebelum berjalan dengan ukuran barunya.',
  'The subscription ended before the app ran at its new size.':
    'Langganan berakhir sebelum aplikasi berjalan dengan ukuran barunya.',
  'The period ended before the app ran at its new size.':
    'Periode berakhir sebelum aplikasi berjalan dengan ukuran barunya.',
  // Findings about payments, for administrators
  'paid in {}, not in IDR': 'dibayar dalam {}, bukan IDR',
  'paid an unknown sum, not {}': 'dibayar dengan jumlah yang tidak diketahui, seharusnya {}',
  'paid {}, not {}': 'dibayar {}, seharusnya {}',
  'paid to another merchant': 'dibayar ke merchant lain',
  'a second payment of an unknown sum for one order':
    'pembayaran kedua dengan jumlah yang tidak diketahui untuk satu pesanan',
  'a second payment of {} for one order': 'pembayaran kedua sebesar {} untuk satu pesanan',
  'partly charged back, and not said how much': 'ditarik kembali sebagian, tanpa disebut berapa',
  'the provider’s answer can’t be used: {}': 'jawaban penyedia tidak dapat dipakai: {}',
  'what the provider says of it can’t be booked: see the log':
    'yang dikatakan penyedia tidak dapat dibukukan: lihat log',
  'a payment that was credited by hand is now {} with {}: it is not credited again':
    'pembayaran yang dikreditkan secara manual kini berstatus {} dengan {}: tidak dikreditkan lagi',
  'a payment that was credited by hand is {}: take it back by hand':
    'pembayaran yang dikreditkan secara manual berstatus {}: tarik kembali secara manual',
  'a payment that was credited by hand is {}: if it was taken back by hand, give it again':
    'pembayaran yang dikreditkan secara manual berstatus {}: jika sudah ditarik kembali secara manual, kreditkan lagi',
  'a credited payment is said to be {}: see what the provider has of it':
    'pembayaran yang sudah dikreditkan disebut berstatus {}: lihat catatan penyedia',
  'the provider suspects fraud: accept or deny the payment in its dashboard':
    'penyedia mencurigai penipuan: terima atau tolak pembayaran di dasbornya',
  'the provider does not know a payment that was credited: see whether the keys are this merchant’s':
    'penyedia tidak mengenal pembayaran yang sudah dikreditkan: periksa apakah kuncinya milik merchant ini',
  'refund {} of {} was sent, and the provider lists it with {}':
    'pengembalian {} sebesar {} sudah dikirim, tetapi penyedia mencatatnya {}',
  'refund {} of {} was sent, and the provider does not list it any more':
    'pengembalian {} sebesar {} sudah dikirim, tetapi penyedia tidak lagi mencatatnya',
  'What a job of this kind does has to be done': 'Pekerjaan jenis ini harus diselesaikan',
  'What the provider says of a payment has to be looked at': 'Kabar penyedia tentang suatu pembayaran harus diperiksa',
  'Money that was promised has to be sent: withdraw the refund instead':
    'Uang yang sudah dijanjikan harus dikirim: tarik kembali pengembalian dananya sebagai gantinya',
  'Stop the update of all apps instead': 'Hentikan pembaruan semua aplikasi sebagai gantinya',
  'What a closed account leaves behind has to go': 'Yang ditinggalkan akun yang ditutup harus dihapus',
  'A trial has to end: it takes room that customers pay for':
    'Uji coba harus berakhir: ia memakai tempat yang dibayar pelanggan',
  'Customers have to be told of new terms': 'Pelanggan harus diberi tahu tentang ketentuan baru',
  'Its next time is a month away: pause this kind of job instead':
    'Waktu berikutnya sebulan lagi: jeda jenis pekerjaan ini sebagai gantinya',
  'This job moves money: pause its schedule instead': 'Pekerjaan ini memindahkan uang: jeda jadwalnya sebagai gantinya',
  'Only a job that has failed for good or was cancelled can be retried':
    'Hanya pekerjaan yang gagal total atau dibatalkan yang dapat dicoba lagi',
  'Only a waiting job can be run now': 'Hanya pekerjaan yang menunggu yang dapat dijalankan sekarang',
  'Only a job that waits or runs can be cancelled': 'Hanya pekerjaan yang menunggu atau berjalan yang dapat dibatalkan',
  'refund {} of {} could not be sent: retry its job, or withdraw it':
    'pengembalian {} sebesar {} tidak dapat dikirim: ulangi pekerjaannya, atau tarik',
  '{} went back twice: refunded by hand, and {} by the provider':
    '{} kembali dua kali: dikembalikan secara manual, dan {} oleh penyedia',
  // Descriptions of transactions
  'Wallet top-up': 'Isi saldo dompet',
  'Top-up by snap': 'Isi saldo melalui halaman pembayaran',
  'Top-up by bca_va': 'Isi saldo melalui BCA virtual account',
  'Top-up by bni_va': 'Isi saldo melalui BNI virtual account',
  'Top-up by bri_va': 'Isi saldo melalui BRI virtual account',
  'Top-up by permata_va': 'Isi saldo melalui Permata virtual account',
  'Top-up by mandiri_bill': 'Isi saldo melalui Mandiri Bill Payment',
  'Top-up by gopay': 'Isi saldo melalui GoPay',
  'Top-up by shopeepay': 'Isi saldo melalui ShopeePay',
  'Top-up by qris': 'Isi saldo melalui QRIS',
  'Top-up by credit_card': 'Isi saldo melalui kartu kredit',
  'Pays what was owed': 'Melunasi yang terutang',
  'Upgrade taken back': 'Kenaikan paket dibatalkan',
  'Given up when the account was closed': 'Dilepaskan saat akun ditutup',
  'Voucher bonus for {} again': 'Bonus voucher untuk {} kembali',
  'Voucher bonus for {} taken back': 'Bonus voucher untuk {} ditarik kembali',
  'Voucher bonus for {}': 'Bonus voucher untuk {}',
  'Owed for the voucher bonus of {}': 'Terutang untuk bonus voucher dari {}',
  'Owed for {}': 'Terutang untuk {}',
  'Voucher {}': 'Voucher {}',
  '{}, with voucher {}': '{}, dengan voucher {}',
  '{}, renewed': '{}, diperpanjang',
  '{}, refunded': '{}, dikembalikan',
  '{}, never became ready': '{}, tidak pernah siap',
  '{}, upgraded to {}': '{}, naik ke {}',
  '{} was taken back by the bank': '{} ditarik kembali oleh bank',
  '{} is paid after all': '{} ternyata dibayar',
  'Payment for {}, credited after a look at it': 'Pembayaran untuk {}, dikreditkan setelah diperiksa',
  'Refund of {} to its payment method': 'Pengembalian {} ke metode pembayarannya',
  'Refund of {} could not be sent': 'Pengembalian {} tidak dapat dikirim',
}
