import { expect, test } from 'bun:test'
import { failedIn } from '../../scripts/check-tests'

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4" assertions="3" failures="2" skipped="1" time="0.35">
  <testsuite name="test/a.test.ts" file="test/a.test.ts" tests="4" assertions="3" failures="2" skipped="1" time="0.1" hostname="vm">
    <testcase name="passes" classname="" time="0.01" file="test/a.test.ts" line="1" assertions="1" />
    <testcase name="says &quot;no&quot; &amp; &lt;burns&gt;" classname="" time="0.01" file="test/a.test.ts" line="2" assertions="1">
      <failure type="AssertionError" message="expect(received).toBe(expected)&#10;&#10;Expected: 2&#10;Received: 1&#10;">AssertionError: …</failure>
    </testcase>
    <testcase name="waits" classname="" time="0" file="test/a.test.ts" line="3" assertions="0">
      <skipped />
    </testcase>
    <testcase name="late" classname="outer" time="0.1" file="test/a.test.ts" line="4" assertions="0">
      <failure type="TimeoutError" message="test timed out" />
    </testcase>
  </testsuite>
</testsuites>`

const said = `
test/a.test.ts:
(pass) passes [0.01ms]

test/b.test.ts:

# Unhandled error between tests
-------------------------------
1 | import './nowhere'
error: Cannot find module './nowhere' from '/house/test/b.test.ts'
-------------------------------

 1 pass
 1 error
`

test('a run names what failed in it, and the files that could not be loaded', () => {
  expect(failedIn(report, said)).toEqual([
    '✗ test/a.test.ts: says "no" & <burns> — expect(received).toBe(expected)',
    '✗ test/a.test.ts: outer > late — test timed out',
    "✗ test/b.test.ts: error: Cannot find module './nowhere' from '/house/test/b.test.ts'",
  ])
})
