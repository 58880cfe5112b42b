const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** What is said in any talk, English and Spanish: no phrase is told by these alone. */
export const EVERYDAY_WORDS = setOf(
  'a about all am an and any are as at back be been before but by call can could did do does for from get give go ' +
    'going got had has have he her him his how i if in is it just know me my need no not now of on one or our out ' +
    'please right say see she so some tell that the their them then there they this to up us want was we were what ' +
    'when which who will with would yes you your ' +
    'con de el ella en es esta esto hay hoy la las le les lo los mas mi muy nada ni nos o para pero por que se si sin ' +
    'su sus te tiene tienes tu tus un una uno va y ya yo',
);

/** Of them and others what turns a sentence round: who does something, whether at all, and when. */
export const TURNING_WORDS = setOf(
  'i my me mine we our us he his him she her they their them it its not no never nobody without nor do did does was ' +
    'were would could if when who mi yo ella ni nunca',
);
