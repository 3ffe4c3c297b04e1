import fc from 'fast-check'

// The same cases in every run: a property that fails, fails for everybody. SEED=… looks at other ones.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20261124) })
