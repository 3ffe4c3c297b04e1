declare module 'echarts/dist/echarts.common.min.js' {
  const echarts: Pick<typeof import('echarts/core'), 'init' | 'setPlatformAPI'>
  export default echarts
}
