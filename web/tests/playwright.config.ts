// Against the real server, in Debian's Chromium; tests/workbench_test.py starts both and says where they are.
import { defineConfig } from "@playwright/test";

// One limit for whatever is waited for, from tests/live/patience.py (JINDO_TEST_PATIENCE): it tells slow from never. How fast pages are is measured by
// `make bench` (figures.mjs), not judged here; the limit in time of all tests together is the Python test's.
const limit = Number(process.env.JINDO_WB_LIMIT_MS ?? 120_000);

export default defineConfig({
  testDir: ".",
  outputDir: process.env.JINDO_WB_OUT ?? "../test-results",
  timeout: 0,
  expect: { timeout: limit },
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    actionTimeout: limit,
    navigationTimeout: limit,
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    timezoneId: "Asia/Seoul",
    permissions: ["clipboard-read", "clipboard-write"],
    trace: "off",
    launchOptions: {
      executablePath: process.env.JINDO_CHROMIUM ?? "/usr/bin/chromium",
      // No GPU on a test machine: WebGL by SwiftShader. --no-sandbox: tests run as root in containers.
      args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"],
    },
  },
});
