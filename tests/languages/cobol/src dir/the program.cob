       IDENTIFICATION DIVISION.
       PROGRAM-ID. theprogram.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 WHO PIC X(20) VALUE "world".
       01 ANSWER PIC X(40).
       PROCEDURE DIVISION.
           CALL "greet" USING WHO ANSWER.
           DISPLAY FUNCTION TRIM(ANSWER).
           STOP RUN.
       END PROGRAM theprogram.
