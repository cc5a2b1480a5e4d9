// What kind of goods a text is about: from a given category, else from the nouns of the text.
import { Trie } from './trie.ts';

/** Kinds that rules refer to in their products column, each with words that name such goods. */
const kinds: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'health-food': '保健食品 蓝帽子 国食健字 国食健注 health supplement'.split(' '),
    drug: '药品 处方药 非处方药 otc 国药准字'.split(' '),
    device: '医疗器械 械注准 械注进 械备 医用口罩 医用外科 医用敷料 血压计 血糖仪 体温计 制氧机 助听器 轮椅'.split(' '),
    disinfectant: '消毒液 消毒剂 消毒湿巾 洗手液 酒精湿巾 84消毒 卫消证字 消毒柜 紫外线灯 杀菌灯'.split(' '),
    pesticide: '杀虫剂 灭蟑 蟑螂药 老鼠药 农药 蚊香 驱蚊'.split(' '),
    book: '图书 书籍 小说 教材 画册 绘本 杂志 词典 教辅 文集 漫画 散文 诗集 期刊 海报 插画 唱片 专辑 明信片 图鉴 手册 book'.split(
      ' ',
    ),
    toy: '玩具 积木 拼图 手办 存钱罐 桌游 盲盒 过家家 模型 toy'.split(' '),
    pet: '宠物 猫粮 狗粮 猫砂 犬粮 猫条 冻干猫 pet dog cat'.split(' '),
    alcohol: '白酒 红酒 啤酒 葡萄酒 黄酒 米酒 清酒 威士忌 wine beer'.split(' '),
    cosmetic:
      '化妆品 美妆 护肤 面霜 面膜 精华液 精华水 精华霜 眼霜 乳液 爽肤水 洁面 洗面奶 粉底 口红 唇釉 唇膏 腮红 眉笔 眼影 卸妆 身体乳 沐浴露 护手霜 防晒霜 防晒乳 洗发水 护发素 发膜 香水 气垫 隔离霜 cosmetic skincare serum'.split(
        ' ',
      ),
    clothing:
      '服装 女装 男装 童装 衬衫 衬衣 裤 裙 外套 毛衣 羊毛衫 卫衣 t恤 夹克 大衣 羽绒服 风衣 西装 内衣 袜 鞋 靴 帽 围巾 手套 面料 polo shirt dress jacket'.split(
        ' ',
      ),
    food: '食品 零食 饼干 糕点 茶 咖啡 蜂蜜 酸奶 牛奶 饮料 果汁 坚果 枸杞 红枣 大米 面条 酱油 食用油 橄榄油 软糖 糖果 巧克力 粥 麦片 果干 蔬菜 水果 肉 海参 燕窝 阿胶 酵素 代餐 奶粉 豆浆 醋 豆腐乳 food snack'.split(
      ' ',
    ),
    electronics: '手机 电脑 耳机 音箱 充电宝 相机 显示器 键盘 鼠标 芯片 路由器 电视 投影仪 平板'.split(' '),
    appliance:
      '冰箱 洗衣机 空调 电饭煲 吹风机 吸尘器 净化器 微波炉 烤箱 破壁机 热水器 加湿器 除湿机 消毒柜 电热毯'.split(' '),
    home: '家具 沙发 床垫 书桌 餐桌 椅 柜 地板 窗帘 灯 收纳 床品 四件套 枕 毛巾 花盆 刀具 锅'.split(' '),
    tool: '螺丝 扳手 电钻 胶水 油漆 轮胎 车载 机油 汽车 打气 五金 车漆 砂轮'.split(' '),
    jewelry: '珠宝 项链 手链 戒指 耳环 手镯 玉 翡翠 银饰 吊坠 钻戒 黄金'.split(' '),
    education: '课程 培训 网课 题库 考研 考公 辅导班 教辅 英语班'.split(' '),
  }),
);

/** The kinds that a category or, when it names none, the text points at. Several are possible; none means unknown. */
export function productKinds(text: string, category: string | undefined): readonly string[] {
  const given = category === undefined ? [] : named(category.toLowerCase());
  return given.length > 0 ? given : named(text);
}

/** The names of goods, each with its kinds. */
const names = new Trie<string>();
for (const [kind, words] of kinds) for (const word of [kind, ...words]) names.add(word, [kind]);

function named(text: string): readonly string[] {
  const found = new Set<string>();
  for (let at = 0; at < text.length; at += 1) {
    let node = names.root(text.charCodeAt(at));
    for (let end = at + 1; node !== undefined; end += 1) {
      for (const kind of node.values) found.add(kind);
      node = end < text.length ? node.child(text.charCodeAt(end)) : undefined;
    }
  }
  return [...found];
}

/** Whether a rule's products column admits goods of these kinds. Positive names must match; "-name" must not. */
export function admits(products: readonly string[], goods: readonly string[]): boolean {
  const wanted = products.filter((name) => !name.startsWith('-'));
  const unwanted = products.filter((name) => name.startsWith('-')).map((name) => name.slice(1));
  if (goods.some((kind) => unwanted.includes(kind))) return false;
  return wanted.length === 0 || goods.some((kind) => wanted.includes(kind));
}
