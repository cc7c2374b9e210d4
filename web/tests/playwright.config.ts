// Against the real server, in Debian's Chromium; tests/workbench_test.py starts both and says where they are.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: process.env.JINDO_WB_OUT ?? "../test-results",
  timeout: 90_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
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
