// tfjs hands the text of its build with threads to workers, where a variable around it does not exist: `typeof` asks for it, which the
// minifier takes for a plain comparison (tfjs issue 4253).
export default { build: { rolldownOptions: { output: { minify: { compress: false } } } } };
