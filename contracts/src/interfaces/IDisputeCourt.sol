// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WorkCommit} from "./AssayTypes.sol";
import {Panel} from "./IPanelDraw.sol";

/// @notice One entry of committed matrix work, with every step from the WorkCommit's root down to it
/// (docs/PROTOCOL.md, "Matrix work"). Paths run from the leaf upwards.
struct EntryOpening {
    bytes32 previousRoot; // root of the round before, from which this round's seed comes; 0 in round 0
    bytes32[] previousPath; // under workRoot
    bytes32 roundRoot;
    bytes32[] roundPath; // under workRoot
    bytes32 rowRoot;
    bytes32[] rowPath; // under roundRoot
    bytes chunk; // 64 entries of the row, 4 bytes each
    bytes32[] chunkPath; // under rowRoot
    bytes rowA; // packed operands under operandRoot; empty where a seed gives them
    bytes32[] pathA;
    bytes rowB;
    bytes32[] pathB;
}

/// @title Who may doubt a verdict, and how it ends
/// @notice Two ways, both bonded, both only while the verdict may be challenged, and open side by side:
///
/// (a) *Matrix work.* Anyone demands one entry of it. The provider shows the entry and its path before the deadline;
/// the contract computes the entry again and decides in that transaction. Silence loses. Whoever already has the
/// opening of a wrong entry proves it at once, without a bond.
///
/// (b) *The panel* verifies the job again and votes. It is drawn from the registered oracles outside the job's committee
/// (IPanelDraw), or, where those are too few, it is the panel named at deployment; without either there is no way (b).
/// Members of the job's own committee have no vote. A ruling needs 2/3 of the panel and one more. A silent panel is
/// penalised, the bond goes back, and the first verdict stands. One verdict has one draw, however often it is challenged.
/// Who must produce the evidence: the provider, where the verdict pays him (a panel that is shown none rules FRAUD); the
/// committee, where it calls fraud (a panel that is shown none rules NO_EVIDENCE).
///
/// Each demand of a job costs twice the bond of the one before: so neither can a challenger drown a provider in demands,
/// nor can a provider's friend use up the places without burning as much as the honest challenger must only deposit.
///
/// Constructor: `DisputeCourt(Wiring wiring, Params params, address[] panel)`; panel: the named one, empty: none.
interface IDisputeCourt {
    struct Wiring {
        address vault;
        address settlement; // IDisputable
        address market; // whose domain a WorkCommit is signed in
        address devices;
        address committee;
        address governor;
        address panelDraw; // IPanelDraw; 0: panels are only named
    }

    /// @notice The court's numbers; none ever changes.
    struct Params {
        /// @dev Seconds to answer a demand; > 0.
        uint32 answerWindowS;
        /// @dev Seconds for the panel to vote; > 0.
        uint32 voteWindowS;
        /// @dev Seconds after the last deadline until the settlement's own default; > 0, so that nobody who was silent
        /// can be first.
        uint32 graceS;
        /// @dev Demands per job, 1 to 16.
        uint8 demandsMax;
        /// @dev Of the first demand of a job: the greater of both. Share of the price in 1/10,000.
        uint96 demandBondMin;
        uint32 demandBondBps;
        /// @dev Of a challenge before the panel, likewise.
        uint96 challengeBondMin;
        uint32 challengeBondBps;
        /// @dev Share of a lost bond that goes to the counterparty, at most half, and at most forfeitMax; the rest is
        /// burned.
        uint32 forfeitBps;
        uint96 forfeitMax;
        /// @dev Greatest reward of a challenger whose challenge ended in a slash.
        uint96 rewardMax;
        /// @dev What a named member must have deposited to vote; what a member, drawn or named, loses by silence.
        uint96 panelDeposit;
        uint96 panelPenalty;
    }

    enum DemandStatus {
        NONE,
        OPEN,
        ANSWERED, // with the right entry: the bond is lost
        WON, // wrong entry, or silence: the bond is back
        RETURNED // the dispute ended another way: the bond is back
    }

    struct Demand {
        address challenger;
        uint96 bond;
        bytes32 commitHash; // digest of the device's WorkCommit
        uint40 answerUntil;
        uint32 round;
        uint32 i;
        uint32 j;
        DemandStatus status;
    }

    struct Case {
        address challenger;
        uint96 bond;
        uint40 voteUntil;
        uint32 number; // counts from 1 for each job
        uint32 generation; // of the named panel, which decides where none can be drawn
        uint32 excluded; // members, as bits, who sit in the job's committee
        uint32 voted; // members, as bits
        bool open;
        Panel panel;
    }

    /// @notice A zero address where an account or contract is wanted.
    error ZeroAddress();
    /// @notice `what` names the parameter.
    error ParamOutOfRange(string what, uint256 got, uint256 min, uint256 max);
    /// @notice Only the governor.
    error NotGovernor(address got, address want);
    /// @notice The job is neither reported nor disputed: nothing to challenge.
    error NotDisputable(uint64 jobId);
    /// @notice The verdict may no longer be challenged.
    error WindowClosed(uint256 got, uint40 want);
    /// @notice A new verdict ended this job's dispute.
    error DisputeEnded(uint64 jobId);
    /// @notice Openings are demanded of verdicts that pay.
    error VerdictPaysNothing(uint64 jobId, uint8 code);
    /// @notice The signed commitment is of no matrix work: no seed, or a size that no matrix has.
    error NotMatrixWork(bytes32 seed, uint256 rows);
    /// @notice The WorkCommit is another job's.
    error WrongJob(uint64 got, uint64 want);
    /// @notice The WorkCommit is not signed by the job's device.
    error WrongDevice(address signer, uint40 got, uint40 want);
    /// @notice No such round, row or column.
    error EntryOutOfRange(uint256 got, uint256 max);
    /// @notice The job had all its demands.
    error TooManyDemands(uint64 jobId, uint256 max);
    /// @notice The demand is not open.
    error WrongDemandStatus(uint64 jobId, uint8 number, DemandStatus got);
    /// @notice The demand is about another WorkCommit.
    error WrongCommit(bytes32 got, bytes32 want);
    /// @notice `what` names the step whose path does not lead to its root.
    error WrongPath(string what);
    /// @notice A chunk has 256 bytes.
    error WrongChunkBytes(uint256 got, uint256 want);
    /// @notice A packed row has n/2 bytes.
    error WrongOperandBytes(uint256 got, uint256 want);
    /// @notice Nothing to prove: the committed entry is the right one.
    error EntryIsRight(int256 entry);
    /// @notice The regular move came after its deadline.
    error DeadlinePassed(uint256 got, uint40 want);
    /// @notice The default move came before its time.
    error DeadlineNotPassed(uint256 got, uint40 want);
    /// @notice The bond is still at stake.
    error StillDisputed(uint64 jobId);

    /// @notice Too few members could vote: there is no way (b).
    error NoPanel(uint256 eligible, uint256 want);
    /// @notice The case waits for its panel to be drawn.
    error AwaitsPanel(uint64 jobId);
    /// @notice One case at a time.
    error CaseOpen(uint64 jobId);
    /// @notice No case waits for the panel.
    error NoCaseOpen(uint64 jobId);
    /// @notice A note has at most 512 bytes.
    error NoteTooLong(uint256 got, uint256 max);
    /// @notice Who must produce evidence does not gain by its absence; and a ruling must fit the job.
    error RulingNotAllowed(uint8 from, uint8 to, uint96 paid);
    /// @notice A bit without a member.
    error NotMember(uint256 bitmask, uint256 members);
    /// @notice Who sits in the job's committee does not judge it again.
    error MemberOfTheCommittee(address member);
    /// @notice The member's deposit is too small to vote.
    error NotSeated(address member, uint96 got, uint96 want);
    /// @notice One vote a member and case.
    error AlreadyVoted(address member);
    /// @notice The Accept is not signed by the offer's device.
    error WrongSigner(uint256 index, address got, address want);
    /// @notice 65 bytes for each voter.
    error WrongSignatureLength(uint256 got, uint256 want);
    /// @notice A panel has at most 31 members.
    error WrongPanelSize(uint256 got, uint256 max);
    /// @notice A member named twice.
    error RepeatedMember(address member);
    /// @notice No deposit to give back.
    error NothingDeposited(address member);
    /// @notice The member may still have to answer for a case.
    error StillAnswerable(address member, uint256 got, uint256 want);

    /// @notice The bond is the challenger's vault credit.
    event OpeningDemanded(
        uint64 indexed jobId,
        uint8 number,
        address indexed challenger,
        bytes32 commitHash,
        uint32 round,
        uint32 i,
        uint32 j,
        uint96 bond,
        uint40 answerUntil
    );
    /// @notice `got` was committed, `want` is right.
    event OpeningAnswered(uint64 indexed jobId, uint8 number, int256 got, int256 want);
    event OpeningWithheld(uint64 indexed jobId, uint8 number);
    event WrongEntryProven(
        uint64 indexed jobId, address indexed challenger, uint32 round, uint32 i, uint32 j, int256 got, int256 want
    );
    event BondReturned(uint64 indexed jobId, address indexed challenger, uint96 amount);
    event BondForfeited(
        uint64 indexed jobId, address indexed challenger, address indexed counterparty, uint96 given, uint96 burned
    );
    /// @notice `note` says why; a consumer who got garbage reveals his one-time result key here.
    event VerdictChallenged(
        uint64 indexed jobId,
        uint32 number,
        address indexed challenger,
        uint96 bond,
        uint32 generation,
        uint40 voteUntil,
        bytes note
    );
    event PanelVoted(
        uint64 indexed jobId, uint32 number, address indexed member, uint8 code, uint96 paid, bytes32 reasonHash
    );
    event VerdictUpheld(uint64 indexed jobId, uint32 number);
    event VerdictOverturned(uint64 indexed jobId, uint32 number, uint8 code, uint96 paid);
    /// @notice No ruling in time: what follows says whether the bond is returned, or lost since nobody drew the panel.
    event PanelSilent(uint64 indexed jobId, uint32 number);
    event MemberPenalised(address indexed member, uint96 amount);
    event PanelNamed(uint32 indexed generation, address[] members);
    event Seated(address indexed member, uint96 amount, uint96 deposited);
    event Unseated(address indexed member, uint96 amount);

    function vault() external view returns (address);
    function settlement() external view returns (address);
    function market() external view returns (address);
    function devices() external view returns (address);
    function committee() external view returns (address);
    function governor() external view returns (address);
    function panelDraw() external view returns (address);
    function params() external view returns (Params memory);

    function demandOf(uint64 jobId, uint8 number) external view returns (Demand memory);
    function caseOf(uint64 jobId) external view returns (Case memory);
    /// @notice How many demands a job has had, how many wait for an answer, whether its dispute ended in a new verdict.
    function disputeOf(uint64 jobId) external view returns (uint8 demands, uint8 open, bool ended);
    /// @notice What the next demand, and a challenge before the panel, of a job cost.
    function bondsOf(uint64 jobId, uint96 price) external view returns (uint96 demandBond, uint96 challengeBond);

    /// @notice (a) Demands entry (i, j) of round `round`. Bond out of the caller's credit.
    /// Requirements: the verdict pays, and may be challenged; the WorkCommit is the job's device's, of matrix work; the
    /// entry exists; a demand is left.
    function demandOpening(
        bytes calldata shown,
        WorkCommit calldata commit,
        bytes calldata deviceSignature,
        uint32 round,
        uint32 i,
        uint32 j
    ) external returns (uint8 number);

    /// @notice Answers a demand. Anyone, up to and including answerUntil. Right: the bond is lost, half at most of it to
    /// the provider. Wrong: FRAUD, at once. An opening whose paths lead nowhere is no answer and reverts.
    function answerOpening(
        bytes calldata shown,
        uint8 number,
        WorkCommit calldata commit,
        EntryOpening calldata opening
    ) external;

    /// @notice The default after answerUntil: FRAUD. Anyone.
    function closeSilent(bytes calldata shown, uint8 number) external;

    /// @notice Proves a wrong entry: FRAUD, at once, without a bond. Anyone; requirements as of `demandOpening`.
    function proveWrongEntry(
        bytes calldata shown,
        WorkCommit calldata commit,
        bytes calldata deviceSignature,
        uint32 round,
        uint32 i,
        uint32 j,
        EntryOpening calldata opening
    ) external;

    /// @notice Gives a demand's bond back where the dispute ended without an answer to it. Anyone.
    function returnBond(bytes calldata shown, uint8 number) external;

    /// @notice (b) Asks the panel. Bond out of the caller's credit; `note` at most 512 bytes. Where enough oracles are
    /// registered, the panel is drawn next; the challenger sees to it.
    function challenge(bytes calldata shown, bytes calldata note) external returns (uint32 number);

    /// @notice Draws the case's panel (IPanelDraw): the same whoever calls, and whenever. Anyone, after the block of the
    /// seed, while half of the time to vote is left. Effects: with too few candidates the named panel decides; where that is too small, too,
    /// `closeCase` gives the bond back at once.
    /// @param header RLP of that block's header; not read where the chain has no RANDAO
    function drawPanel(bytes calldata shown, bytes calldata header) external;

    /// @notice EIP-712 digest of PanelVote(uint64 jobId,uint32 number,uint8 code,uint96 paid,bytes32 reasonHash).
    function hashVote(uint64 jobId, uint32 number, uint8 code, uint96 paid, bytes32 reasonHash)
        external
        view
        returns (bytes32);

    /// @notice Hands in votes; the one that completes a quorum decides. Anyone, up to and including voteUntil.
    /// @param bitmask bit k = member k of the case's panel
    /// @param signatures 65 bytes each, ascending by member
    function vote(
        bytes calldata shown,
        uint8 code,
        uint96 paid,
        bytes32 reasonHash,
        uint256 bitmask,
        bytes calldata signatures
    ) external;

    /// @notice The default after voteUntil: the first verdict stands, the bond goes back, silent members are penalised.
    /// After half of that time, where nobody drew: the first verdict stands, the bond is lost as if it had been upheld. Anyone.
    function closeCase(bytes calldata shown) external;

    function generation() external view returns (uint32);
    function panelOf(uint32 generation_) external view returns (address[] memory);
    function depositOf(address member) external view returns (uint96);
    /// @notice Named members who could vote on a job of this epoch, and how many a ruling of theirs needs; 0 and 1 where none is
    /// named.
    function panelFor(uint64 epoch) external view returns (uint256 eligible, uint256 quorum);

    /// @notice Names the next panel; cases that are open keep theirs. Only the governor. At most 31, or nobody.
    function namePanel(address[] calldata members) external;

    /// @notice Deposits `amount` of the caller's credit, so that he may vote.
    function takeSeat(uint96 amount) external;

    /// @notice Gives a deposit back. Requirements: no member any more, and every case that he could have to answer for
    /// is over.
    function leaveSeat() external;
}
