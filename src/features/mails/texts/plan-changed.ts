import type { MailTemplate } from '../content'
import type { MailData } from '../mail-data'
import { factsOf } from './facts'

type Data = MailData['plan-changed']
type Size = NonNullable<Data['size']>

const everyId = { MONTHLY: 'per bulan', QUARTERLY: 'per tiga bulan', YEARLY: 'per tahun' }
const everyEn = { MONTHLY: 'a month', QUARTERLY: 'every three months', YEARLY: 'a year' }

const sizeId = ({ cpuMillicores, memoryMb, storageGb }: Size) =>
  `CPU ${cpuMillicores}m, memori ${memoryMb} MB, penyimpanan ${storageGb} GB`
const sizeEn = ({ cpuMillicores, memoryMb, storageGb }: Size) =>
  `${cpuMillicores}m CPU, ${memoryMb} MB memory, ${storageGb} GB storage`

/** Told only where it changes. */
const sizes = ({ size, nextSize }: Data, say: (size: Size) => string): [now?: string, next?: string] =>
  size && nextSize && say(size) !== say(nextSize) ? [say(size), say(nextSize)] : []

export const planChanged: MailTemplate<'plan-changed'> = {
  id: (data, { rupiah, date }) => {
    const [now, next] = sizes(data, sizeId)
    const { service, plan, billingId, billingCycle, price, nextPrice, from } = data
    return {
      subject: `Paket ${plan} untuk ${service} berubah mulai ${date(from)}`,
      paragraphs: [
        data.booked
          ? `Kami mengubah paket ${plan} yang Anda jadwalkan untuk ${service}: mulai perpanjangan pada ${date(from)} harganya berbeda dari yang Anda lihat.`
          : `Kami mengubah paket ${plan} yang Anda pakai untuk ${service}. Sampai perpanjangan pada ${date(from)} harga dan ukurannya tetap seperti sekarang; mulai saat itu berlaku yang baru.`,
        ...(now ? ['Saat ukurannya berubah, aplikasi dimulai ulang.'] : []),
      ],
      facts: factsOf(
        ['Nomor tagihan', billingId],
        [data.booked ? 'Harga yang dijadwalkan' : 'Harga sekarang', `${rupiah(price)} ${everyId[billingCycle]}`],
        ['Harga baru', `${rupiah(nextPrice)} ${everyId[billingCycle]}`],
        ['Ukuran sekarang', now],
        ['Ukuran baru', next],
        ['Berlaku mulai', date(from)],
      ),
      closing: data.booked
        ? 'Jika Anda tidak setuju, batalkan perubahan itu sebelum tanggal itu; langganan tetap seperti sekarang.'
        : 'Jika Anda tidak setuju, pindah ke paket lain atau akhiri langganan ini sebelum tanggal itu; sampai saat itu tidak ada yang berubah.',
    }
  },
  en: (data, { rupiah, date }) => {
    const [now, next] = sizes(data, sizeEn)
    const { service, plan, billingId, billingCycle, price, nextPrice, from } = data
    return {
      subject: `The ${plan} plan of ${service} changes on ${date(from)}`,
      paragraphs: [
        data.booked
          ? `We have changed the ${plan} plan that you have booked for ${service}: from the renewal on ${date(from)} it costs something else than you were shown.`
          : `We have changed the ${plan} plan that you have for ${service}. Until the renewal on ${date(from)} its price and size stay as they are; from then on the new ones count.`,
        ...(now ? ['The app restarts when its size changes.'] : []),
      ],
      facts: factsOf(
        ['Billing number', billingId],
        [data.booked ? 'Price that you were shown' : 'Price now', `${rupiah(price)} ${everyEn[billingCycle]}`],
        ['New price', `${rupiah(nextPrice)} ${everyEn[billingCycle]}`],
        ['Size now', now],
        ['New size', next],
        ['Counts from', date(from)],
      ),
      closing: data.booked
        ? 'If you do not want that, take the change back before that day; the subscription then stays as it is.'
        : 'If you do not want that, move to another plan or end this subscription before that day; until then nothing changes.',
    }
  },
  example: {
    service: 'n8n',
    plan: 'Starter',
    billingId: 'BILL-101',
    billingCycle: 'MONTHLY',
    price: 50_000,
    nextPrice: 60_000,
    size: { cpuMillicores: 500, memoryMb: 1024, storageGb: 10 },
    nextSize: { cpuMillicores: 1000, memoryMb: 2048, storageGb: 10 },
    from: '2030-02-01T03:00:00.000Z',
  },
}
