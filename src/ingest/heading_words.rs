//! The headings and keys that are known, for each kind of record.

use crate::domain::EntityKind;

/// Each field with the Chinese headings that mean it, blanks between them. The name of a field also means itself.
pub(super) type Headings = &'static [(&'static str, &'static str)];

const ORGANIZATION: Headings = &[
    ("id", "统一社会信用代码 组织编号 编号"),
    ("name", "组织名称 机构名称 名称 单位名称"),
    ("aliases", "简称 别名 曾用名"),
    ("kind", "组织类型 类型"),
    ("level", "登记层级 登记级别"),
    ("home_region", "登记地 所在地区 所在地"),
    ("scope", "业务范围 宗旨"),
    ("sectors", "服务领域 领域"),
    ("public_fundraising", "公开募捐资格"),
    ("rating", "评估等级"),
    ("status", "状态 信用状态"),
    ("annual_spend", "年度公益支出 年度支出"),
    ("budget", "年度预算 可用预算"),
    ("max_projects", "项目数上限"),
    ("min_ticket", "单笔下限 最低认领金额"),
    ("willing_regions", "意向地区"),
    ("willing_sectors", "意向领域"),
    ("excluded_regions", "不参与地区"),
    ("excluded_sectors", "不参与领域"),
    ("contact", "联系人 联系电话"),
    ("source", "来源"),
];

const PROJECT: Headings = &[
    ("id", "项目编号 编号"),
    ("title", "项目名称 名称"),
    ("description", "项目内容 项目简介 项目描述"),
    ("participants", "参与组织 实施组织 认领单位"),
    ("participant_count", "参与组织数"),
    ("region", "项目实施地 实施地点 地区 实施地区 州市 县(市、区)"),
    ("sector", "项目类别 领域 所属领域"),
    ("amount", "项目金额 金额 总投资"),
    ("beneficiaries", "受益人数 受益对象"),
    ("groups", "受益人群"),
    ("modes", "帮扶方式"),
    ("year", "年度 年份 起止时间 实施周期"),
    ("start", "开始时间"),
    ("end", "结束时间"),
    ("status", "状态"),
    ("source", "来源"),
];

const NEED: Headings = &[
    ("id", "需求编号 项目编号 编号"),
    (
        "title",
        "项目名称 需求名称 需求项目 名称 项目 需求 项目名 需求名 标题 主题 需求标题 项目标题 需求事项 帮扶项目 \
         帮扶需求 事项 事项名称 微心愿 心愿",
    ),
    (
        "description",
        "需求描述 需求内容 项目背景 项目内容 项目内容及规模 建设内容 建设内容及规模 主要内容 存在困难 具体需求 \
         需求说明 需求情况 情况说明 项目说明 项目描述 简介 项目简介 需求简介 详情 描述 内容 具体内容 具体情况 \
         基本情况 存在问题 存在的困难 求助内容 求助信息 求助事项 困难及需求 需求详情 建设规模 \
         处理进度 目前处理进度 最新情况 现状 目前情况 库存情况",
    ),
    (
        "region",
        "需求地区 需求县 项目地区 所在地区 所属地区 项目实施地 实施地点 实施地区 项目地点 地区 省 省份 省(区、市) \
         州市 市州 市(州) 地市 市 县 县(市、区) 县市区 县区 区县 所在县 所在城市 城市 所在市 所在省 所在省份 \
         所在市县 所在州市 所在区县 所在县区 所在县市 所在区域 区域 所属县 所属市 所属区域 县名 县名称 市县 县市 \
         县(市) 州(市) 州 旗县 地级市 地点 所在地 项目所在地 受援地 受援地区 受援县 受助地区 帮扶地区 \
         县/乡 县乡 县/乡镇 所在县乡 项目所在县 地州 州地市 地(州) 省市 省/市 省州市 项目县 需求地 需求地点 需求所在地 服务地区 使用地点 实施县 实施县区",
    ),
    ("address", "地址 详细地址 单位地址 收货地址 收件地址 邮寄地址 通讯地址 寄送地址 送货地址 接收地址"),
    ("township", "乡镇 所在乡镇 所属乡镇 所在乡 所在村 乡镇(村) 乡(镇) 乡镇(街道) 街道 村 村(社区) 行政村 村(居)"),
    ("sector", "项目类别 所属领域 帮扶领域 类型 领域"),
    ("category", "类别 分类 需求类别 需求类型 项目类型 物资类别 所属类别 行业"),
    ("groups", "受益人群"),
    ("modes", "帮扶方式"),
    (
        "amount",
        "所需资金 项目预算 预计投入 总投资 投资总额 资金需求 金额 折算金额 预算 预算金额 预算总额 总预算 经费 \
         所需经费 项目经费 经费预算 资金 项目资金 需求资金 总金额 金额合计 合计金额 总价 估算金额 概算 所需金额 \
         资金总额 需资金 价值 费用 所需费用 \
         需求金额 拟投资 计划投资 投资金额 估算投资 投资估算 概算投资 预计资金 预计金额 预计经费 资金规模 项目总投资 资金数额",
    ),
    (
        "gap",
        "资金缺口 缺口 缺口资金 申请援助资金 申请资金 申请金额 拟申请金额 尚缺资金 尚缺 资金缺额 缺额 缺口金额 资金差额 尚缺金额 差额",
    ),
    ("secured", "已落实资金 已落实 自筹资金 自筹 财政资金 已到位资金 已筹资金 配套资金"),
    (
        "goods",
        "物资名称 物品名称 品名 设备名称 所需物资 需求物资 物资需求 急需物资 紧缺物资 物资 物品 物资品名 物资种类 \
         所需物品 需求物品 所需设备 需求设备 产品名称 货物名称 商品名称 药品名称 器材名称 物料名称 设备 物资清单 \
         品名及规格 品名规格 品种 品名及数量 急需物品 紧缺物品 缺口物资",
    ),
    ("specification", "规格型号 规格 型号 规格参数 技术参数 规格要求 参数 型号规格 规格/型号"),
    ("goods_unit", "单位 计量单位"),
    (
        "quantity",
        "数量 需求数量 需求量 需要数量 数目 件数 数量总计 总数量 需求总量 申请数量 缺口数量 计划数量 所需数量 \
         需求数",
    ),
    ("unit_price", "单价 预算单价 参考单价 估算单价"),
    ("subtotal", "小计 金额小计"),
    (
        "beneficiaries",
        "受益人数 受益人口 受益人口(户/人) 受益对象 覆盖人口 覆盖人口(户/人) 受益人 受益人次 惠及人数 人数 \
         学生数 学生人数 师生人数 在校生数 寄宿生数 覆盖人数 受助人数 受益学生 服务人数 \
         受益户数 受益人群数量 覆盖户数",
    ),
    ("urgency", "紧急程度 优先级 急需 是否急需 是否紧急 紧急 急缓 轻重缓急 紧急性 紧急情况"),
    (
        "deadline",
        "计划完成时间 完成时限 截止时间 实施周期 起止时间 实施期限 截止日期 期限 时限 完成日期 完成时间 需求时间 \
         需求时限 到位时间 到货时间 交付时间 需要时间 要求到位时间",
    ),
    (
        "submitted_by",
        "需求单位 申报单位 受助单位 实施单位 接收单位 受援单位 求助单位 求援单位 受捐单位 受赠单位 收货单位 使用单位 \
         填报单位 上报单位 报送单位 单位名称 需求方 需求机构 机构名称 机构 医院 医院名称 学校 学校名称 受助学校 \
         派往单位 派驻单位 服务单位 用人单位 所属单位 用户单位 医疗机构 医疗机构名称 卫生院 养老机构 养老机构名称 申请单位 受益单位 项目单位 建设单位",
    ),
    ("date", "提交日期 申报日期 填报日期 登记日期 发布日期 日期 发布时间 填报时间 上报时间"),
    ("list", "清单名称"),
    ("fiscal_covered", "财政资金是否覆盖"),
    (
        "status",
        "状态 是否认领 是否已认领 是否对接 认领状态 认领情况 认领进展 对接状态 对接情况 项目状态 当前状态 需求状态 进展 \
         进展情况 项目进展 实施进展 落实情况 办理情况",
    ),
    (
        "contact",
        "联系人 联系电话 联系方式 手机 电话 负责人 援建干部 联系人及电话 联系人及联系方式 联系人电话 手机号 手机号码 \
         电话号码 收件人 收货人 对接人 经办人 微信",
    ),
    ("source", "来源"),
    ("currency", "币种 货币 货币种类 货币单位 计价货币"),
    ("note", "备注 其他信息 其他 其它 说明 附注"),
];

const CLAIM: Headings = &[
    ("id", "认领编号 编号"),
    ("need", "需求编号"),
    ("organization", "认领单位 认领组织"),
    ("amount", "认领金额"),
    ("kind", "认领方式"),
    ("role", "角色"),
    ("state", "认领状态 状态"),
    ("at", "认领日期"),
    ("reason", "备注"),
];

/// Keys that mean a field under another name.
pub(super) const SYNONYMS: &[(&str, &str)] = &[
    ("regions", "region"),
    ("sectors", "sector"),
    ("amount_yuan", "amount"),
    ("amount_text", "amount"),
    ("secured_yuan", "secured"),
    ("gap_yuan", "gap"),
    ("annual_spend_yuan", "annual_spend"),
    ("budget_yuan", "budget"),
    ("min_ticket_yuan", "min_ticket"),
];

/// English keys of needs, in small letters and without marks, as forms and other programs name them; blanks between them.
pub(super) const NEED_KEYS: Headings = &[
    ("region", "place city county province district location"),
    ("township", "town village"),
    ("goods", "item items supplies product"),
    ("quantity", "qty count number"),
    ("goods_unit", "unit"),
    ("unit_price", "price unitprice"),
    ("specification", "spec model"),
    ("title", "name project need projectname"),
    ("description", "content details detail summary"),
    ("amount", "budget cost total funding"),
    ("category", "type"),
    ("deadline", "due duedate until"),
    ("beneficiaries", "people"),
    ("submitted_by", "applicant organization hospital school recipient"),
    ("contact", "phone tel telephone mobile email person"),
    ("note", "remark remarks notes comment"),
];

/// Columns that occur in lists but have no field in any record.
pub(super) const IGNORED: &[&str] = &["序号", "row_no", "行号", "basis", "event", "record", ERROR_HEADING];

/// Heading of the column that is added to an error workbook.
pub(crate) const ERROR_HEADING: &str = "错误说明";

/// Personal data of beneficiaries: no record has a field for it, and it is not read (needs carry counts and groups).
pub(super) const PERSONAL: &str =
    "姓名 受益人姓名 学生姓名 患者姓名 残疾人姓名 户主 户主姓名 身份证号 身份证号码 身份证 银行卡号 银行账号 家庭住址";

/// The headings of each field of a kind.
pub(super) const fn headings(kind: EntityKind) -> Headings {
    match kind {
        EntityKind::Organizations => ORGANIZATION,
        EntityKind::Projects => PROJECT,
        EntityKind::Needs => NEED,
        EntityKind::Claims => CLAIM,
    }
}
