import { defineConfig } from 'vitest/config'

const common = { setupFiles: ['test/setup.ts'], testTimeout: 30_000, hookTimeout: 30_000 }

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'plain',
          include: ['src/**/*.test.ts', 'dashboard/**/*.test.ts', 'test/**/*.test.ts'],
        },
      },
      // What is shown end to end must hold over a bus that fails and delivers twice, too. With this seed its very
      // first act is a failure.
      // The dashboard sees what the API says alone, and that is shown so: a browser takes too long for twice.
      {
        test: {
          ...common,
          name: 'sabotage',
          include: ['test/e2e/*.test.ts'],
          exclude: ['test/e2e/dashboard.test.ts'],
          env: { SABOTAGE: '35' },
        },
      },
    ],
  },
})
