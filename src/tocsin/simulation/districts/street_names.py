"""Names for streets that are made up: (Chinese, English), words found in many Chinese cities."""

_WORDS = (
    ("长江", "Changjiang"), ("黄河", "Huanghe"), ("松花江", "Songhuajiang"), ("珠江", "Zhujiang"), ("泰山", "Taishan"),
    ("华山", "Huashan"), ("昆仑", "Kunlun"), ("天山", "Tianshan"), ("北京", "Beijing"), ("上海", "Shanghai"),
    ("南京", "Nanjing"), ("杭州", "Hangzhou"), ("济南", "Jinan"), ("太原", "Taiyuan"), ("人民", "Renmin"),
    ("解放", "Jiefang"), ("建设", "Jianshe"), ("和平", "Heping"), ("胜利", "Shengli"), ("文化", "Wenhua"),
    ("光明", "Guangming"), ("朝阳", "Chaoyang"), ("迎宾", "Yingbin"), ("工业", "Gongye"), ("学府", "Xuefu"),
    ("湖滨", "Hubin"), ("桃园", "Taoyuan"), ("梅林", "Meilin"), ("松林", "Songlin"), ("柳泉", "Liuquan"),
    ("银杏", "Yinxing"), ("海棠", "Haitang"), ("丁香", "Dingxiang"), ("白云", "Baiyun"), ("青云", "Qingyun"),
    ("东风", "Dongfeng"), ("春晖", "Chunhui"), ("安康", "Ankang"), ("福安", "Fu'an"), ("永兴", "Yongxing"),
)  # fmt: skip
_KINDS = (("路", "Road"), ("街", "Street"))

STREET_NAMES = tuple((word_zh + kind_zh, f"{word} {kind}") for kind_zh, kind in _KINDS for word_zh, word in _WORDS)
