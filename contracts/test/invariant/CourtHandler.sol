// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob} from "../../src/interfaces/IDisputable.sol";
import {IDisputeCourt, IPanelDraw, JobState, Panel} from "../CourtWorld.sol";
import {PanelWorld} from "../PanelWorld.sol";

/// @title Every party's moves at court, in any order; each bounded so that none may revert
contract CourtHandler is PanelWorld {
    struct Asked {
        uint64 jobId;
        uint8 number;
        Work work;
        bool honest;
    }

    uint64[] public jobs;
    Asked[] private _asked;
    Account[] private _challengers;
    uint256 public wrongVerdicts; // of the court, over matrix work
    uint256 public moneyIn;
    uint256 public drawnOtherwise; // panels that were not what the seed's first reader saw
    mapping(bytes32 caseKey => bytes32) private _seen; // by job and anchor
    mapping(address key => uint256) public enlistedAt;
    mapping(bytes32 name => uint256) public calls;
    uint256 private constant JURORS_MAX = 10;
    uint8[5] private _codes = [OK, PARTIAL, FRAUD, FAILED, OK];

    constructor() {
        setUp();
        for (uint256 k = 0; k < jurors.length; ++k) {
            enlistedAt[jurors[k].addr] = vm.getBlockTimestamp() - AGE_S;
        }
        for (uint256 k = 0; k < 3; ++k) {
            _challengers.push(account(string.concat("challenger ", vm.toString(k))));
            _fundCredit(_challengers[k].addr, 9_000e6);
        }
        moneyIn = dollar.balanceOf(address(vault));
        jobs.push(JOB);
    }

    /// @dev One more than a panel: where two of them step out the named panel decides.
    function jurorCount() internal pure override returns (uint256) {
        return 4;
    }

    /// @dev Short enough for a walk.
    function drawParams() internal pure override returns (IPanelDraw.Params memory) {
        return IPanelDraw.Params({size: 3, delayBlocks: DELAY_BLOCKS, ageS: 400, randao: false});
    }

    // --- Jurors. ---

    function enlist() external {
        if (jurors.length == JURORS_MAX) return;
        _enlist();
        moneyIn += ORACLE_BOND;
        enlistedAt[jurors[jurors.length - 1].addr] = vm.getBlockTimestamp();
    }

    function stepOut(uint256 which) external {
        which = which % jurors.length;
        (, uint96 staked,, uint40 availableAt,) = oracleStake.bondOf(jurors[which].addr);
        if (staked == 0 || availableAt != 0) return;
        vm.prank(jurorOperators[which].addr);
        try oracleStake.requestUnbonding(jurors[which].addr, staked) {} catch {} // who came back a moment ago stays
    }

    function stepIn(uint256 which) external {
        which = which % jurors.length;
        (,,, uint40 availableAt,) = oracleStake.bondOf(jurors[which].addr);
        if (availableAt == 0) return;
        vm.prank(jurorOperators[which].addr);
        oracleStake.cancelUnbonding(jurors[which].addr);
    }

    function drawPanel(uint256 which) external {
        (uint64 jobId, DisputedJob memory found) = _inCourt(which);
        IDisputeCourt.Case memory open = court.caseOf(jobId);
        if (!open.open || open.panel != Panel.AWAITED || found.state != JobState.DISPUTED) return;
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(jobId);
        if (block.number <= draw.anchor || block.timestamp > open.voteUntil - 450) return;
        if (!panelDraw.isReachable(draw.anchor)) return;
        _foresee(jobId);
        court.drawPanel(_shown(jobId), "");
        (, address[] memory members) = panelDraw.drawOf(jobId);
        bool drawn = court.caseOf(jobId).panel == Panel.DRAWN;
        if (!drawn) members = new address[](0);
        calls[drawn ? bytes32("drawn") : bytes32("too few")] += 1;
        if (keccak256(abi.encode(members)) != _seen[_keyOf(jobId)]) ++drawnOtherwise;
    }

    /// @dev As soon as the seed is known, and never again.
    function _foresee(uint64 jobId) private {
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(jobId);
        bool ready = draw.challengeUntil != 0 && block.number > draw.anchor && panelDraw.isReachable(draw.anchor);
        if (!ready || _seen[_keyOf(jobId)] != 0) return;
        _seen[_keyOf(jobId)] = keccak256(abi.encode(_foreseen(jobId)));
    }

    function _keyOf(uint64 jobId) private view returns (bytes32) {
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(jobId);
        return keccak256(abi.encode(jobId, draw.anchor));
    }

    /// @dev How many members of drawn panels had no right to their seat.
    function wrongMembers() external view returns (uint256 wrong) {
        for (uint256 k = 0; k < jobs.length; ++k) {
            (IPanelDraw.Draw memory draw, address[] memory members) = panelDraw.drawOf(jobs[k]);
            if (draw.panel != Panel.DRAWN) continue;
            if (members.length != 3) ++wrong;
            for (uint256 m = 0; m < members.length; ++m) {
                if (enlistedAt[members[m]] == 0 || enlistedAt[members[m]] + 400 > draw.openedAt) ++wrong;
                if (committee.isSeated(1, members[m]) || members[m] == members[(m + 1) % 3]) ++wrong;
            }
        }
    }

    // --- Everybody else. ---

    function report(uint256 code) external {
        if (jobs.length > 12) return;
        uint64 jobId = uint64(100 + jobs.length);
        uint8 chosen = _codes[code % 5];
        _put(jobId, chosen, chosen == OK ? PRICE : chosen == PARTIAL ? PRICE / 2 : 0);
        jobs.push(jobId);
    }

    function demand(uint256 which, uint256 who, bool honest, uint32 i, uint32 j) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        if (found.state == JobState.FINAL || (found.code != OK && found.code != PARTIAL)) return;
        (uint8 demands,, bool ended) = court.disputeOf(jobId);
        if (ended || demands == 5 || block.timestamp > found.challengeUntil) return;
        Work memory work = _work(jobId, 64, 1, i % 64, j % 64, honest ? int256(0) : int256(1));
        bytes memory shown = _shown(jobId);
        vm.prank(_challengers[who % 3].addr);
        uint8 number = court.demandOpening(shown, work.commit, work.signed, 0, work.i, work.j);
        Asked storage asked = _asked.push();
        (asked.jobId, asked.number, asked.honest) = (jobId, number, honest);
        asked.work = work;
    }

    function answer(uint256 which) external {
        if (_asked.length == 0) return;
        Asked storage asked = _asked[which % _asked.length];
        if (!_isOpen(asked)) return;
        IDisputeCourt.Demand memory found = court.demandOf(asked.jobId, asked.number);
        if (block.timestamp > found.answerUntil) {
            court.closeSilent(_shown(asked.jobId), asked.number);
            return;
        }
        court.answerOpening(_shown(asked.jobId), asked.number, asked.work.commit, asked.work.opening);
        IDisputeCourt.DemandStatus now_ = court.demandOf(asked.jobId, asked.number).status;
        bool lost = now_ == IDisputeCourt.DemandStatus.WON;
        if (lost == asked.honest) ++wrongVerdicts;
    }

    function prove(uint256 which, uint32 i, uint32 j) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        if (found.state == JobState.FINAL || (found.code != OK && found.code != PARTIAL)) return;
        (,, bool ended) = court.disputeOf(jobId);
        if (ended || block.timestamp > found.challengeUntil) return;
        Work memory work = _work(jobId, 64, 1, i % 64, j % 64, 1);
        court.proveWrongEntry(_shown(jobId), work.commit, work.signed, 0, work.i, work.j, work.opening);
    }

    function challenge(uint256 which, uint256 who) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        (,, bool ended) = court.disputeOf(jobId);
        (uint256 eligible, uint256 quorum) = court.panelFor(1);
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(jobId);
        bool named = oracleStake.oracleCount() < 3 || draw.panel == Panel.NAMED && draw.challengeUntil != 0;
        if (ended || found.state == JobState.FINAL || block.timestamp > found.challengeUntil) return;
        if (court.caseOf(jobId).open || (named && eligible < quorum)) return;
        bytes memory shown = _shown(jobId);
        vm.prank(_challengers[who % 3].addr);
        court.challenge(shown, "");
    }

    function vote(uint256 which, uint256 code, uint256 bitmask) external {
        (uint64 jobId, DisputedJob memory found) = _inCourt(which);
        IDisputeCourt.Case memory open = court.caseOf(jobId);
        if (!open.open || found.state != JobState.DISPUTED || block.timestamp > open.voteUntil) return;
        bitmask = bitmask & 7 & ~uint256(open.voted);
        if (open.panel == Panel.AWAITED) return;
        if (open.panel == Panel.DRAWN) {
            _voteDrawn(jobId, open.number, code % 2 == 0 ? found.code : FAILED, code % 2 == 0 ? found.paid : 0, bitmask);
            calls["drawn vote"] += 1;
            return;
        }
        for (uint256 k = 0; k < 3; ++k) {
            if (court.depositOf(judges[k].addr) < 5e6) bitmask &= ~(1 << k);
        }
        bool upheld = code % 2 == 0;
        _vote(jobId, open.number, upheld ? found.code : FAILED, upheld ? found.paid : 0, bitmask);
    }

    function closeCase(uint256 which) external {
        (uint64 jobId,) = _open(which);
        IDisputeCourt.Case memory open = court.caseOf(jobId);
        uint40 until = open.panel == Panel.AWAITED ? open.voteUntil - 450 : open.voteUntil;
        if (open.open && block.timestamp > until) court.closeCase(_shown(jobId));
    }

    function expire(uint256 which) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        if (found.state != JobState.DISPUTED || block.timestamp <= settlement.resolveUntilOf(jobId)) return;
        settlement.expireDispute(_shown(jobId));
    }

    function giveBack(uint256 which) external {
        if (_asked.length > 0) _giveBack(_asked[which % _asked.length]);
    }

    function sit(uint256 who) external {
        _seat(judges[who % 3].addr, 5e6);
        moneyIn += 5e6;
    }

    function pass(uint256 time) external {
        time = bound(time, 1, 250);
        skip(time);
        vm.roll(vm.getBlockNumber() + 1 + time / 25);
        for (uint256 k = 0; k < jobs.length; ++k) {
            _foresee(jobs[k]);
        }
    }

    /// @dev A stranger alone, after all deadlines.
    function endAll() external {
        skip(10 days);
        for (uint256 k = 0; k < jobs.length; ++k) {
            if (settlement.disputedJob(_shown(jobs[k])).state == JobState.DISPUTED) {
                settlement.expireDispute(_shown(jobs[k]));
            }
            if (court.caseOf(jobs[k]).open) court.closeCase(_shown(jobs[k]));
        }
        for (uint256 k = 0; k < _asked.length; ++k) {
            _giveBack(_asked[k]);
        }
    }

    function openBonds() external view returns (uint256 sum) {
        for (uint256 k = 0; k < _asked.length; ++k) {
            IDisputeCourt.Demand memory found = court.demandOf(_asked[k].jobId, _asked[k].number);
            if (found.status == IDisputeCourt.DemandStatus.OPEN) sum += found.bond;
        }
        for (uint256 k = 0; k < jobs.length; ++k) {
            IDisputeCourt.Case memory open = court.caseOf(jobs[k]);
            if (open.open) sum += open.bond;
        }
    }

    function deposits() external view returns (uint256 sum) {
        for (uint256 k = 0; k < 3; ++k) {
            sum += court.depositOf(judges[k].addr);
        }
    }

    function courtsLedger() external view returns (uint256) {
        return vault.ledgerOf(address(court));
    }

    function allMoney() external view returns (uint256 sum) {
        sum = vault.ledgerOf(address(court)) + vault.burned();
        sum += vault.ledgerOf(address(oracleStake));
        sum += vault.creditOf(challenger.addr) + vault.creditOf(provider.addr) + vault.creditOf(consumer.addr);
        for (uint256 k = 0; k < 3; ++k) {
            sum += vault.creditOf(_challengers[k].addr) + vault.creditOf(judges[k].addr);
        }
    }

    /// @dev Disputed exactly while somebody doubts, where the court did not sleep over the settlement's default.
    function doubted(uint256 k) external view returns (bool disputed, bool doubts) {
        disputed = settlement.disputedJob(_shown(jobs[k])).state == JobState.DISPUTED;
        (, uint8 open, bool ended) = court.disputeOf(jobs[k]);
        doubts = !ended && (open > 0 || court.caseOf(jobs[k]).open);
    }

    function countOfJobs() external view returns (uint256) {
        return jobs.length;
    }

    function _giveBack(Asked storage asked) private {
        if (court.demandOf(asked.jobId, asked.number).status != IDisputeCourt.DemandStatus.OPEN) return;
        (,, bool ended) = court.disputeOf(asked.jobId);
        if (!ended && settlement.disputedJob(_shown(asked.jobId)).state == JobState.DISPUTED) return;
        court.returnBond(_shown(asked.jobId), asked.number);
    }

    function _isOpen(Asked storage asked) private view returns (bool) {
        (,, bool ended) = court.disputeOf(asked.jobId);
        return !ended && court.demandOf(asked.jobId, asked.number).status == IDisputeCourt.DemandStatus.OPEN
            && settlement.disputedJob(_shown(asked.jobId)).state == JobState.DISPUTED;
    }

    /// @dev One with an open case, where there is any.
    function _inCourt(uint256 which) private view returns (uint64, DisputedJob memory) {
        for (uint256 k = 0; k < jobs.length; ++k) {
            uint256 next = (which % jobs.length + k) % jobs.length;
            if (court.caseOf(jobs[next]).open) return _open(next);
        }
        return _open(which);
    }

    function _open(uint256 which) private view returns (uint64 jobId, DisputedJob memory found) {
        jobId = jobs[which % jobs.length];
        found = settlement.disputedJob(_shown(jobId));
    }
}
