// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Names of onion services of version 3 whose checksums are right, so that tor takes them; nobody runs these services.
enum ExampleServices {
    static let first = "7ezylp5pz5onpyi77p3odn6nh326vdtsaa7nvueeuckhxcqnlui3xuyd"

    /// One for each character that a name can begin with.
    static let all = [
        first,
        "adxwupsrffxffp4k7ync3epqejptlqbef64czdeyegxv3wspwrzztsid",
        "bqi4mxikkywlubf7vzfzxpmrmhmzx36su2zysucegvrhlxntppcrjqad",
        "chmwomxylwl5obdf3otqd3omc7mzebsgq4uh5647x4zy5mcm5iyiugyd",
        "dmnmvixr4k4xol7ggy455zdy7xxn65i2po262uqg2mbiwczmyp26hoqd",
        "e6ahxvruscwcpqsj6g72iagjanyl7zyzh5yf2j66qdytaatrmlnowjqd",
        "fp4uxkpascyieklxgvkkwfukujhzn4v5en4xnbt6bu2mvle7do2zndyd",
        "gunuaelblrkdcvlnqzmmfocnjhakgpb5vehr5watqfesmxmhge5lgqid",
        "hgfanydomhxf6l6mlchwpqxlz3bswyrnmdizvay4cglw5xvt4hey67id",
        "ivfqoo3ux7lrjxd6k7k5234maketv3xwwxwmvz5p2chcsznaqt2a5oyd",
        "j4vznwjtr7tvf4ankbg3rurh6zzo3colvz5zdu5chhc7v7mdcgo2xlqd",
        "keve2kevmbqfacuuaokqt6pmm4lilykeayo3ovzn3ex5prdnhit3ddyd",
        "leyswokwlty77xy5w5fnpjt6kxcdkuxutfhvmfe4xhrig62xuvj4suad",
        "mb2zja2tkehoh4fw2kg7wjqb76i54pzppra62m4gqyparkl6uqb5ddad",
        "nr2x7ix4rfdykidzucpnu5ceqcumj6r4j3lzatgptqwdswxhpafjnlad",
        "ovzrdfj4f2vord5ptjop2f27hgafksnyq5jqidjrazmcorc3kpzh7nqd",
        "p3bciavcdrbvm27atsjatr2qd2spuyvimv5k44mdamgeeza7xdzycwyd",
        "qcyj5b3fsdu37voxnk7kuosq7nqfm2evlvxweinkirkksixo34oga2id",
        "rpfncyl5f4hvzkdjspjss5n7ibcbmxbghvpo6kreua4phaekij6gcwid",
        "s6sk7jt4s3pjv6hzuzylfojdu4elvtg5ivaaa2gwl4n25vtitqkqo5id",
        "tj4pur3akr7nnzg32md47pi4we2wvhstulcwhiq7zxmlvhq3lavgnmid",
        "upg3aqtv7vn3mr6ycugctvz5qrvxrcfnzf6kgynxgoxsse7j7yvd23qd",
        "vagigxdhcqsizcj4zfuvunowsg5ukzdnzja7qw3fxar3thzm2qzw4dad",
        "wrbvjfactoiiteqjerya5tjms4oagi3qgk6tzguwtsmn2exgxeasv5yd",
        "xkphc46q3m7bs3hzj6itv2th6f7prdioe7kjt6rr2zqpaoqff2y2qtyd",
        "ymlftuc3aasxzxuh2xxyvchiypynkncet3kmoxqxklg3g3t23zpc4iad",
        "zmm22m7l7s5m2wcayypiwi227oske2cjb5yiwkebc36oqk4fihsqyeid",
        "2x4drt6k4z32vho5qgswugwfljrqldf2dvhxxehrbiyjs4xqziyujvad",
        "3lvlhcw6nxq42qpar63f73owhkip24bw46kax3wxorj3xuo47r4rgmid",
        "4ufiaeb7d5ah7ukeij5rkerzgnez6c7gf362jtmwlqtsbiffqzdzy3yd",
        "5cxhtvkf4jxdcqtpjuep7b33cc2v73if7ryhv462madim4p6k5qsj7id",
        "6kgoq7ciwccauvii2og5p5yhlmhbstz5qbaw2re6w6cfo2p6z5dfktqd",
        "7rcsxdpf6ry5ahd4tmwj65uxr4tgbawfxmoark2efeihbhpcktkjqdyd",
    ]
}
