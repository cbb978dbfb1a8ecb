//! Sentences and words that all sectors share. Words are drawn by Zipf's law: the first in a list is the most common. The slots
//! of sentences are explained in `text`.

/// Descriptions of past projects.
pub(super) const PROJECT_TEXTS: &[&str] = &[
    "面向{v}等地{p}{n}名，{h}，{a}。",
    "{h}，惠及{p}{n}人，{a}。",
    "针对{x}，{h}，{a}。",
    "“{b}”在{v}实施，{h}，{p}{n}人受益。",
    "{h}，{a}，首批覆盖{v}。",
    "项目为{p}{n}名提供{o}，{a}。",
];
/// Descriptions of needs.
pub(super) const NEED_TEXTS: &[&str] = &[
    "{v}现有{p}{n}名，{x}，需要{o}，{a}。",
    "{c}{v}{x}，希望社会组织支持{o}，惠及{p}{n}人。",
    "当地{p}{n}名，{x}，申请{o}，{h}。",
    "{x}，财政资金难以覆盖，请支持{o}，受益{p}{n}人，{a}。",
];
/// First parts of the names of villages, two characters each.
pub(super) const VILLAGE: &str = "青石白水大河小溪龙泉虎坪马场牛栏羊角鹿鸣凤尾金竹银杏铜鼓铁厂红岩黄坡绿荫黑林清江长沟高桥双井三岔五里七星九湾上坝下寨前山后岭东沟西坪南坡北洼老街新田石门云台桃花柳林松坡柏树核桃梨园麦地谷口沙湾泥塘盐井茶山";
pub(super) const VILLAGE_END: [&str; 16] =
    ["村", "乡", "镇", "沟村", "坪村", "寨村", "坝乡", "湾村", "塘村", "岭村", "桥镇", "滩村", "洼村", "营村", "堡镇", "庄村"];
/// First parts of the names of programmes, two characters each.
pub(super) const BRAND: &str = "春晖暖阳晨曦星火繁星微光萤火薪火彩虹雨露甘泉清泉山花格桑红柳白杨银杏青禾新苗幼苗绿荫蓝天远山大河雪莲沙枣同心携手并肩守望牵手凝聚传递点亮照亮温暖润泽启航扬帆逐梦圆梦追光向阳向善乐善至善";
pub(super) const BRAND_END: [&str; 12] =
    ["计划", "行动", "工程", "之家", "课堂", "驿站", "家园", "伙伴", "心愿", "公益行", "助力行", "在身边"];
pub(super) const WRONG: [&str; 14] = [
    "设施老化",
    "交通不便",
    "资金不足",
    "专业人手短缺",
    "设备陈旧",
    "居住分散",
    "自筹能力弱",
    "服务半径大",
    "冬季漫长寒冷",
    "雨季道路中断",
    "缺少技术指导",
    "覆盖面不够",
    "运行经费没有着落",
    "条件简陋",
];
pub(super) const HOW: [&str; 12] =
    ["分批", "按季度", "入户", "集中", "就近", "逐村", "线上线下结合", "结对", "分级", "全程跟踪", "委托第三方", "联合当地部门"];
pub(super) const HOW_VERB: [&str; 14] = [
    "组织实施",
    "开展培训",
    "发放到人",
    "安装调试",
    "回访评估",
    "采购配送",
    "建立台账",
    "选派专家",
    "招募志愿者",
    "公示结果",
    "培育骨干",
    "完善制度",
    "验收移交",
    "定期维护",
];
pub(super) const AIM: [&str; 12] =
    ["改善", "提升", "保障", "稳定", "扩大", "缓解", "丰富", "补齐", "增强", "巩固", "方便", "守护"];
pub(super) const AIM_OF: [&str; 18] = [
    "生活条件",
    "服务能力",
    "基本需要",
    "家庭收入",
    "受益范围",
    "实际困难",
    "精神生活",
    "设施短板",
    "发展信心",
    "帮扶成果",
    "日常出行",
    "身心安全",
    "服务质量",
    "内生动力",
    "邻里互助",
    "管护水平",
    "持续运行",
    "应对能力",
];
/// Common characters that have one traditional form: simplified and traditional forms alternate.
pub(super) const FORMS: &str = "乡鄉县縣区區学學医醫设設备備质質车車门門间間给給经經济濟业業产產农農妇婦儿兒养養护護残殘疗療药藥图圖书書电電脑腦网網环環卫衛净淨热熱厂廠馆館点點线線组組织織发發贫貧困困难難补補助助资資项項实實训訓练練师師员員众眾乐樂暖暖灾災应應让讓种種树樹龙龍马馬鸟鳥鱼魚红紅绿綠银銀铁鐵云雲东東长長双雙岭嶺沟溝湾灣场場桥橋墙牆楼樓号號个個为為";
