// Pressing a strategy's name picks it out in every figure; pressing it again shows all.
const buttons = [...document.querySelectorAll('nav.strategies button')];
for (const button of buttons) {
  button.addEventListener('click', () => {
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
    const picked = buttons.filter((one) => one.getAttribute('aria-pressed') === 'true');
    const marks = new Set(picked.map((one) => one.dataset.mark));
    document.body.classList.toggle('picking', picked.length > 0);
    for (const mark of document.querySelectorAll('.s')) {
      mark.classList.toggle(
        'picked',
        [...mark.classList].some((name) => marks.has(name)),
      );
    }
  });
}
