/** A module rather than a file to read: it must be there inside a single executable. */
export default `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f6;color:#16202e}
main{box-sizing:border-box;width:min(26rem,100vw);padding:2rem;background:#fff;border-radius:1rem;box-shadow:0 8px 30px #0f172a1f}
.shop{margin:0;color:#5b6778;overflow-wrap:anywhere}
h1{margin:.1rem 0 .6rem;font-size:2rem}
.state{display:inline-block;margin:0;padding:.15rem .7rem;border-radius:1rem;background:#e2e8f0;font-size:.9rem}
.settlement,.capture{background:#c9f2d9;color:#0b5a2e}
.deny,.expire,.cancel,.chargeback{background:#fde0df;color:#8c1d18}
dl{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem;margin:1.3rem 0}
dt{color:#5b6778}
dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form{display:grid;gap:.6rem;margin:0 0 1rem}
button{padding:.7rem 1rem;border:1px solid #c3ccd8;border-radius:.6rem;background:transparent;color:inherit;font:inherit;cursor:pointer}
button:hover,button:focus-visible{border-color:#1d4ed8}
.pay{background:#1d4ed8;border-color:#1d4ed8;color:#fff;font-weight:600}
.choices button{text-align:left}
a{color:#1d4ed8}
footer{color:#5b6778;font-size:.8rem}
@media (prefers-color-scheme:dark){body{background:#0d1420;color:#e6ebf2}main{background:#182233}a{color:#8fb4ff}
.shop,dt,footer{color:#9fb0c5}.state{background:#2a3750}.settlement,.capture{background:#134b2d;color:#b9f3d0}
.deny,.expire,.cancel,.chargeback{background:#5b1d1b;color:#ffd9d6}button{border-color:#40506b}}
`
