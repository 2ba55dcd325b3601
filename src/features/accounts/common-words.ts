/**
 * What the passwords that everybody tries first are made of, in English and Indonesian. A password of one to three of them with a few
 * digits around is on every list, so the lists' millions of lines need not be kept.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `
  password passwort passcode passphrase pass pwd login signin welcome admin administrator root user username guest
  test tester testing demo default change changeme changeit secret secrets letmein letmeinplease opensesame access
  account master manager superuser superman system server service database computer laptop internet network website
  windows microsoft google facebook instagram whatsapp youtube twitter apple iphone samsung android linux ubuntu
  mypassword thisismypassword newpassword yourpassword nopassword idontknow whatever nothing something anything
  qwerty qwertz azerty qwert qwer asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx qazwsxedc qaz wsx edc rfv abc abcd abcde abcdef
  abcdefg one two three four five six seven eight nine ten hundred thousand million
  iloveyou ilove loveyou iloveu lovely lover loveme love mylove baby babygirl babyboy sweet sweety sweetheart honey
  angel princess prince queen king kings princesa darling forever always happy smile sunshine sunflower flower
  flowers rainbow summer winter autumn spring january february march april june july august september october
  november december monday tuesday wednesday thursday friday saturday sunday morning night today tomorrow
  football baseball basketball soccer hockey tennis golf chelsea liverpool arsenal barcelona madrid juventus milan
  manchester united ronaldo messi persija persib arema garuda badminton champion winner player gamer games game
  dragon monkey tiger lion eagle panther shadow hunter ranger killer warrior ninja samurai phoenix wizard magic
  mustang ferrari porsche mercedes toyota honda yamaha kawasaki suzuki harley corvette camaro
  batman spiderman ironman pokemon pikachu naruto onepiece starwars matrix minecraft mario sonic zelda
  michael jennifer jessica ashley daniel andrew joshua matthew charlie thomas robert george jordan maggie nicole
  hannah amanda michelle taylor anthony justin william david james john peter maria anna sarah laura martin
  purple orange yellow green black white silver golden gold diamond crystal chocolate cookie coffee cheese banana
  pepper ginger buster bailey tigger snoopy bubbles butterfly dolphin turtle rabbit puppy kitty doggy horse cats dogs
  jesus christ jesuschrist godisgood blessed heaven angels faith hope peace freedom family friends friend mother father
  mommy daddy sister brother children money dollar bitcoin crypto lucky success victory power strong
  trustno1 trustno blink biteme fuckyou asshole hottie loser crazy sexy boss hello hellothere helloworld goodbye
  london paris berlin newyork america india china japan tokyo australia canada germany england
  sayang sayangku cinta cintaku cantik ganteng rindu kangen bintang bulan matahari pelangi bunga mawar melati
  anggrek kucing kelinci macan harimau naga gajah
  rahasia sandi katasandi kunci masuk buka pengguna tamu coba percobaan admin123 bismillah alhamdulillah assalamualaikum
  allah allahuakbar muhammad islam kristen tuhan yesus indonesia merdeka pancasila jakarta bandung surabaya medan
  semarang yogyakarta jogja makassar palembang denpasar bali jawa sumatra bogor depok bekasi tangerang malang
  januari februari maret mei juni juli agustus oktober desember senin selasa rabu kamis jumat sabtu minggu
  ibu ayah bapak mama papa bunda anak kakak adik keluarga sahabat teman temanku pacar istri suami
  budi siti dewi agus putra putri wahyu rizky rizki dian eko joko bambang slamet sri nur rahma ayu adi andi hendra
  aku kamu kita selamanya selamat datang pagi malam uang kaya sukses juara semangat bahagia senang
  bank bca mandiri bri gopay gojek tokopedia shopee rupiah hosting cloud minispod kubernetes docker
  `
    .trim()
    .split(/\s+/),
)
