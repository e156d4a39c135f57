import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

/**
 * `node tools/setup-vulkan.ts`: a Vulkan driver that runs on the CPU (Mesa's lavapipe), for trying `--backend webgpu` on a
 * machine without a graphics card.
 *
 * Takes two packages out of Debian's archive and unpacks two files of them; nothing is installed or upgraded. Debian 12's own
 * lavapipe is too old for Dawn, so there it comes from backports.
 */
const cache = process.env['EQUIPOISE_CACHE'] ?? path.join(homedir(), '.cache/equipoise');
const folder = path.join(cache, 'vulkan');
const manifest = path.join(folder, 'lvp_icd.json');
const otherwise = "install your system's Mesa Vulkan drivers (mesa-vulkan-drivers, 24 or newer) instead";

class SetupError extends Error {}

function setUp(): void {
  if (existsSync(manifest)) return say(`lavapipe is kept in ${folder}`);
  const release = readFileSync('/etc/os-release', 'utf8');
  const suite = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1];
  if (process.platform !== 'linux' || !/^ID=debian/m.test(release) || suite === undefined) {
    throw new SetupError(`knows Debian only: ${otherwise}`);
  }
  const work = mkdtempSync(path.join(tmpdir(), 'equipoise-vulkan-'));
  try {
    unpackPackages(work, suite);
    mkdirSync(folder, { recursive: true });
    const libraries = path.join(work, 'out/usr/lib', readdirSync(path.join(work, 'out/usr/lib'))[0] ?? '');
    for (const name of ['libvulkan_lvp.so', 'libvulkan.so.1']) {
      copyFileSync(path.join(libraries, name), path.join(folder, name));
    }
    checkLinks(path.join(folder, 'libvulkan_lvp.so'));
    const drivers = path.join(work, 'out/usr/share/vulkan/icd.d');
    const name = readdirSync(drivers).find((file) => file.startsWith('lvp_icd')) ?? '';
    const driver = readFileSync(path.join(drivers, name), 'utf8');
    const own = JSON.stringify(path.join(folder, 'libvulkan_lvp.so'));
    // Last, because it is what says that the rest is there.
    writeFileSync(manifest, driver.replace(/"[^"]*libvulkan_lvp\.so"/, own));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  say(`lavapipe is in ${folder}`);
}

/** The driver compiles its shaders with LLVM, which is too large to carry along. */
function checkLinks(library: string): void {
  const lacking = /(\S+) => not found/.exec(run('ldd', [library], folder))?.[1];
  if (lacking === undefined) return;
  const [, major] = /libLLVM-(\d+)/.exec(lacking) ?? [];
  const how = major === undefined ? otherwise : `apt-get install libllvm${major}, then run this again`;
  throw new SetupError(`lavapipe needs ${lacking}: ${how}`);
}

/** With package lists of its own, so that the system's stay as they are. */
function unpackPackages(work: string, suite: string): void {
  const backport = suite === 'bookworm' ? `${suite}-backports` : undefined;
  mkdirSync(path.join(work, 'lists/partial'), { recursive: true });
  mkdirSync(path.join(work, 'cache/archives/partial'), { recursive: true });
  const sources = path.join(work, 'own.sources');
  writeFileSync(sources, `${sourceOf([suite, backport].filter((name) => name !== undefined))}\n`);
  const settings = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${path.join(work, 'lists')}`,
    `Dir::Cache=${path.join(work, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);
  say(`fetching lavapipe from ${backport ?? suite} (12 MB)`);
  run('apt-get', [...settings, '-qq', 'update'], work);
  const mesa = backport === undefined ? 'mesa-vulkan-drivers' : `mesa-vulkan-drivers/${backport}`;
  run('apt-get', [...settings, '-qq', 'download', mesa, 'libvulkan1'], work);
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['-x', file, 'out'], work);
  }
}

/** The archive this system is installed from. */
function sourceOf(suites: readonly string[]): string {
  const sites = run('apt-get', ['indextargets', '--format', '$(REPO_URI)'], '/').split('\n');
  const site = sites.find((line) => line !== '' && !/security|backports/.test(line));
  if (site === undefined) throw new SetupError(`apt lists no archive: ${otherwise}`);
  const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
  return `Types: deb\nURIs: ${site}\nSuites: ${suites.join(' ')}\nComponents: main\nSigned-By: ${key}`;
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw new SetupError(`${program} does not start: ${otherwise}`);
  if (status !== 0)
    throw new SetupError(`${program} failed: ${stderr.trim().split('\n').at(-1)}; ${otherwise}`);
  return stdout;
}

function say(line: string): void {
  console.log(`setup-vulkan: ${line}`);
}

try {
  setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup-vulkan: ${error.message}`);
  process.exitCode = 1;
}
